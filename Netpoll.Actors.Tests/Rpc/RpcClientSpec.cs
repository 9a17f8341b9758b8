using System.Buffers;
using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Calls by Ask and by Tell.</summary>
public sealed class RpcClientSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _server = Script.Silent();

    [Fact]
    public async Task An_ask_gets_its_answer()
    {
        IActorRef client = await ConnectAsync();
        Task<Response> call = client.Ask<Response>(new Call(new byte[] { 1, 2 }), Eventually.Patience);
        Request request = await _server.Requests.NextAsync();
        request.Reply([3]);
        using Response answer = await call;
        Assert.Equal([3], answer.Payload.ToArray());
    }

    [Fact]
    public async Task Answers_to_told_calls_come_as_messages_in_the_order_of_the_calls()
    {
        _server.OnRequest = request => request.Reply(request.Payload);
        IActorRef client = await ConnectAsync();
        Recorder<object> answers = new();
        IActorRef spy = Sys.ActorOf(Spy.Props(answers));
        for (byte i = 0; i < 100; i++)
        {
            client.Tell(new Call(new[] { i }), spy);
        }

        for (byte i = 0; i < 100; i++)
        {
            using Response answer = Assert.IsType<Response>(await answers.NextAsync());
            Assert.Equal([i], answer.Payload.ToArray());
        }
    }

    [Fact]
    public async Task Many_asks_at_once_get_each_its_own_answer()
    {
        _server.OnRequest = request => request.Reply(request.Payload);
        IActorRef client = await ConnectAsync();
        Task<Response>[] calls = [.. Enumerable.Range(0, 1000).Select(i => client.Ask<Response>(new Call(BitConverter.GetBytes(i)), Eventually.Patience))];
        for (int i = 0; i < calls.Length; i++)
        {
            using Response answer = await calls[i];
            Assert.Equal(BitConverter.GetBytes(i), answer.Payload.ToArray());
        }
    }

    [Fact]
    public async Task A_calls_own_time_out_makes_the_ask_throw()
    {
        Recorder<(Request Request, byte First)> requests = new();
        _server.OnRequest = request => requests.Add((request, request.Payload.FirstSpan[0]));
        IActorRef client = await ConnectAsync();

        // One whose time is over before its turn comes is not sent at all.
        while (requests.Count == 0)
        {
            await Assert.ThrowsAsync<TimeoutException>(
                () => client.Ask<Response>(new Call(new byte[] { 1 }, TimeSpan.FromMilliseconds(20)), Eventually.Patience));
        }

        Task<Response> second = client.Ask<Response>(new Call(new byte[] { 2 }), Eventually.Patience);
        (Request request, byte first) = await requests.NextAsync();
        while (first == 1)
        {
            request.Reply([11]);
            (request, first) = await requests.NextAsync();
        }

        request.Reply([22]);
        using Response answer = await second;
        Assert.Equal([22], answer.Payload.ToArray());
    }

    [Fact]
    public async Task The_end_of_the_connection_makes_asks_throw_and_the_client_lives_on_to_say_so()
    {
        IActorRef client = await ConnectAsync(new RpcClientOptions { Reconnect = null });
        Task<Response> open = client.Ask<Response>(new Call(new byte[] { 1 }), Eventually.Patience);
        (await _server.Requests.NextAsync()).Connection.Close();
        await Assert.ThrowsAsync<RpcConnectionException>(() => open);
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<RpcConnectionException>(() => client.Ask<Response>(new Call(new byte[] { 2 }), Eventually.Patience));
        }
    }

    [Fact]
    public async Task A_refused_connection_makes_asks_throw()
    {
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        IActorRef client = Sys.ActorOf(RpcClient.Props(NetAddress.FromEndPoint(bound.LocalEndPoint!), Codecs.LengthField()));
        await Assert.ThrowsAsync<RpcConnectionException>(() => client.Ask<Response>(new Call(new byte[] { 1 }), Eventually.Patience));
    }

    [Fact]
    public async Task A_client_that_stops_closes_its_connection()
    {
        Recorder<HandlerEvent> events = _server.Events;
        IActorRef client = await ConnectAsync();
        Assert.Equal("connected", (await events.NextAsync()).What);
        await StopAsync(client);
        Assert.Equal("disconnected", (await events.NextAsync()).What);
    }

    [Fact]
    public async Task A_client_reaches_a_server_on_a_unix_socket()
    {
        _server.OnRequest = request => request.Reply(request.Payload);
        (_, NetAddress address) = await ListenAsync($"unix://@netpoll-{Guid.NewGuid():N}", HandlerSource.PerConnection(_server.Props));
        IActorRef client = Sys.ActorOf(RpcClient.Props(address, Codecs.LengthField()));
        using Response answer = await client.Ask<Response>(new Call(new byte[] { 1 }), Eventually.Patience);
        Assert.Equal([1], answer.Payload.ToArray());
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_where_they_are_given()
    {
        NetAddress address = NetAddress.Parse("tcp://127.0.0.1:1");
        Assert.Throws<ArgumentNullException>(() => RpcClient.Props((NetAddress)null!, Codecs.LengthField()));
        Assert.Throws<ArgumentNullException>(() => RpcClient.Props(address, null!));
        Refuses(new RpcClientOptions { MaxFrameBytes = 0 });
        Refuses(new RpcClientOptions { MaxPendingCalls = 0 });
        Refuses(new RpcClientOptions { ConnectTimeout = TimeSpan.Zero });
        Refuses(new RpcClientOptions { LateAnswerTimeout = TimeSpan.Zero });
        Refuses(new RpcClientOptions { Retry = new RetryPolicy { MaxTries = 1 } });
        Refuses(new RpcClientOptions { Circuit = new CircuitPolicy { TimeoutsToOpen = 0 } });
        Refuses(new RpcClientOptions { Reconnect = new BackOff { First = TimeSpan.Zero } });
        Refuses(new RpcClientOptions { Reconnect = new BackOff { Max = TimeSpan.FromMilliseconds(1) } });
        Refuses(new RpcClientOptions { Reconnect = new BackOff { Factor = 0.5 } });
        Refuses(new RpcClientOptions { Reconnect = new BackOff { Jitter = 2 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectionPolicy.Mux(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectionPolicy.Pool(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectionPolicy.Pool(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => RpcClient.Props(Array.Empty<NetAddress>(), Codecs.LengthField()));

        void Refuses(RpcClientOptions options) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => RpcClient.Props(address, Codecs.LengthField(), options));
    }

    private async Task<IActorRef> ConnectAsync(RpcClientOptions? options = null)
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        return Sys.ActorOf(RpcClient.Props(address, Codecs.LengthField(), options));
    }
}
