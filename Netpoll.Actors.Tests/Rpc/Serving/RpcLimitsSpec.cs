using System.Buffers;
using System.Text;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Actors.Tests.Rpc.Calling;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>A server that has as many calls as it takes: what waits, what does not, and what is refused.</summary>
public sealed class RpcLimitsSpec(ITestOutputHelper output) : NetpollSpec(output, "akka.loglevel = OFF")
{
    private readonly Recorder<string> _events = new();
    private readonly Gate _gate = new();
    private int _made;

    [Fact]
    public async Task A_cancel_passes_the_requests_that_wait()
    {
        NetAddress address = await ServeAsync(new ListenerOptions { MaxInFlightPerConnection = 2 });
        using RawClient client = RawClient.Connect(address);
        client.Send(Request(1, "wait"));
        client.Send(Request(2, "wait"));
        Assert.Equal(["waiting", "waiting"], await _events.NextAsync(2));
        client.Send(Request(3, "echo"));
        client.Send(Request(4, "wait"));
        client.Send(Message(output => RpcWriter.WriteCancel(output, 4)));
        client.Send(Message(output => RpcWriter.WriteCancel(output, 2)));

        // The open one ends at once, and makes room for those that wait; the one that was cancelled before its turn is not begun.
        Assert.Equal((2UL, RpcStatus.Cancelled), ReceiveEnd(client));
        Assert.Equal((3UL, RpcStatus.Ok), ReceiveEnd(client));
        Assert.Equal((4UL, RpcStatus.Cancelled), ReceiveEnd(client));

        client.Send(Message(output => RpcWriter.WriteCancel(output, 1)));
        Assert.Equal((1UL, RpcStatus.Cancelled), ReceiveEnd(client));
        Assert.Empty(_events.Rest());
    }

    [Fact]
    public async Task A_cancel_that_comes_in_pieces_passes_too()
    {
        NetAddress address = await ServeAsync(new ListenerOptions { MaxInFlightPerConnection = 1 });
        using RawClient client = RawClient.Connect(address);
        client.Send(Request(1, "wait"));
        Assert.Equal("waiting", await _events.NextAsync());
        byte[] rest = [.. Request(2, "echo"), .. Message(output => RpcWriter.WriteCancel(output, 1)), .. Request(3, "echo")];
        foreach (byte one in rest)
        {
            client.Send([one]);
        }

        Assert.Equal((1UL, RpcStatus.Cancelled), ReceiveEnd(client));
        Assert.Equal((2UL, RpcStatus.Ok), ReceiveEnd(client));
        Assert.Equal((3UL, RpcStatus.Ok), ReceiveEnd(client));
    }

    [Fact]
    public async Task A_credit_passes_the_requests_that_wait()
    {
        NetAddress address = await ServeAsync(new ListenerOptions { MaxInFlightPerConnection = 1 });
        using RawClient client = RawClient.Connect(address);
        client.Send(Request(1, "count", window: 64));
        client.Send(Request(2, "echo"));
        int items = 0;
        while (items * 21 < 64)
        {
            Assert.Equal(RpcKind.StreamItem, Receive(client).Kind);
            items++;
        }

        client.Send(Message(output => RpcWriter.WriteCredit(output, 1, 1000)));
        while (Receive(client).Kind == RpcKind.StreamItem)
        {
            items++;
        }

        Assert.Equal(9, items);
        Assert.Equal((2UL, RpcStatus.Ok), ReceiveEnd(client));
    }

    [Fact]
    public async Task A_stream_sends_no_more_than_its_window_and_what_is_granted()
    {
        NetAddress address = await ServeAsync();
        using RawClient client = RawClient.Connect(address);
        client.Send(Request(1, "endless", window: 1024));
        long received = 0;
        ulong granted = 1024;
        for (int round = 0; round < 50; round++)
        {
            while ((ulong)received < granted)
            {
                received += Receive(client).Bytes;
            }

            // What the method has made is what has come: it is not asked for more. A credit that is no news changes nothing.
            int made = Volatile.Read(ref _made);
            client.Send(Message(output => RpcWriter.WriteCredit(output, 1, granted - 1)));
            client.Send(Request(2, "echo"));
            Assert.Equal((2UL, RpcStatus.Ok), ReceiveEnd(client));
            Assert.Equal(made, Volatile.Read(ref _made));
            granted += 500;
            client.Send(Message(output => RpcWriter.WriteCredit(output, 1, granted)));
        }

        client.Send(Message(output => RpcWriter.WriteCancel(output, 1)));
        while (Receive(client) is { Kind: RpcKind.StreamItem })
        {
        }

        Assert.Equal("left", await _events.NextAsync());
    }

    [Fact]
    public async Task Requests_that_wait_when_their_client_closes_its_side_are_answered()
    {
        NetAddress address = await ServeAsync(new ListenerOptions { MaxInFlightPerConnection = 1 });
        using RawClient client = RawClient.Connect(address);
        client.Send(Request(1, "block"));
        Assert.Equal("blocked", await _events.NextAsync());
        for (ulong id = 2; id <= 20; id++)
        {
            client.Send(Request(id, "echo"));
        }

        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        _gate.Open();
        for (ulong id = 1; id <= 20; id++)
        {
            Assert.Equal((id, RpcStatus.Ok), ReceiveEnd(client));
        }

        client.ReceiveEnd();
    }

    [Fact]
    public async Task A_request_that_is_too_many_is_refused_as_not_begun_and_made_again_by_a_client_that_may()
    {
        NetAddress address = await ServeAsync(new ListenerOptions { MaxQueuedRequests = 1, WhenOverloaded = OverloadPolicy.Shed });
        await using RpcServiceClient client = Sys.Netpoll().RpcService(address, TextSerializer.Instance);
        await using RpcServiceClient patient = Sys.Netpoll().RpcService(address, TextSerializer.Instance, new RpcClientOptions
        {
            Retry = new RetryPolicy { MaxTries = 1_000_000, Delay = new BackOff { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(10) } },
        });
        Task<string> blocking = client.Unary<string, string>("block").CallAsync("x").AsTask();
        Assert.Equal("blocked", await _events.NextAsync());

        RpcStatusException refused = await Assert.ThrowsAsync<RpcStatusException>(
            () => client.Unary<string, string>("echo").CallAsync("y").InTime());
        Assert.Equal((RpcStatus.Unavailable, true), (refused.Status, refused.IsNotStarted));
        Task<string> again = patient.Unary<string, string>("echo").CallAsync("z").AsTask();
        await client.OneWay<string>("echo").SendAsync("nobody hears of it").AsTask().InTime();
        await Eventually.Holds(() => patient.GetStats().Retries > 0, "it was refused");

        _gate.Open();
        Assert.Equal("x", await blocking.InTime());
        Assert.Equal("z", await again.InTime());
        Assert.Equal((1L, 1L), (client.GetStats().Connects, patient.GetStats().Connects));
    }

    private static byte[] Request(ulong id, string method, int window = 0) =>
        Message(output => RpcWriter.WriteRequest(output, id, Encoding.UTF8.GetBytes(method), streamWindow: window));

    private static byte[] Message(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> message = new();
        write(message);
        return RawClient.Frame(message.WrittenSpan);
    }

    private static (RpcKind Kind, ulong Id, RpcStatus Status, int Bytes) Receive(RawClient client)
    {
        byte[] frame = client.ReceiveFrame();
        Assert.Equal(RpcDefect.None, RpcCodec.Client.TryRead(new(frame), out RpcMessage message));
        return (message.Kind, message.Id, message.Status, frame.Length);
    }

    private static (ulong Id, RpcStatus Status) ReceiveEnd(RawClient client)
    {
        (RpcKind kind, ulong id, RpcStatus status, _) = Receive(client);
        Assert.NotEqual(RpcKind.StreamItem, kind);
        return (id, status);
    }

    private async Task<NetAddress> ServeAsync(ListenerOptions? options = null)
    {
        RpcService service = new RpcServiceBuilder(TextSerializer.Instance)
            .Unary<string, string>("echo", (text, _) => new(text))
            .Unary<string, string>("wait", WaitAsync)
            .Unary<string, string>("block", (text, _) =>
            {
                _events.Add("blocked");
                _gate.Wait();
                return new(text);
            })
            .Stream<string, string>("count", (_, _) => CountAsync(9))
            .Stream<string, string>("endless", (_, _) => CountAsync(int.MaxValue))
            .Build();
        IActorRef listener = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service, options: options));
        return (await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address;
    }

    private async ValueTask<string> WaitAsync(string text, RpcCall call)
    {
        CancellationToken token = call.CancellationToken;
        _events.Add("waiting");
        await Task.Delay(Timeout.Infinite, token);
        return text;
    }

    private async IAsyncEnumerable<string> CountAsync(int items)
    {
        try
        {
            for (int i = 1; i <= items; i++)
            {
                await Task.Yield();
                Interlocked.Increment(ref _made);
                yield return $"{i % 10}";
            }
        }
        finally
        {
            _events.Add("left");
        }
    }
}
