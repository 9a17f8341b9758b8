using System.Buffers;
using System.Text;
using Akka.Actor;
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

/// <summary>Calls that are open when their connection is to end come to their end; others are not begun.</summary>
public sealed class RpcDrainSpec : NetpollSpec
{
    private const int Items = 2000;

    private readonly Recorder<object> _opened = new();
    private readonly Recorder<string> _events = new();
    private IActorRef _server = ActorRefs.Nobody;

    public RpcDrainSpec(ITestOutputHelper output)
        : base(output, "akka.loglevel = OFF") => Sys.EventStream.Subscribe(Sys.ActorOf(Spy.Props(_opened)), typeof(ConnectionOpened));

    [Fact]
    public async Task A_stream_is_granted_more_while_its_server_drains_and_comes_to_its_end()
    {
        using RawClient client = RawClient.Connect(await ServeAsync());
        client.Send(Request(1, "count", window: 64));
        for (int received = 0; received < 64;)
        {
            received += Receive(client).Bytes;
        }

        Task<Drained> drained = await BeginDrainAsync();
        client.Send(Message(output => RpcWriter.WriteCredit(output, 1, uint.MaxValue)));

        RpcKind kind = RpcKind.StreamItem;
        while (kind == RpcKind.StreamItem)
        {
            kind = Receive(client).Kind;
        }

        Assert.Equal(RpcKind.StreamEnd, kind);
        client.ReceiveEnd();
        client.Dispose();
        Assert.Equal(0, (await drained.InTime()).Unfinished);
    }

    [Fact]
    public async Task A_call_that_comes_while_its_server_drains_is_refused_as_not_begun()
    {
        using RawClient client = RawClient.Connect(await ServeAsync());
        client.Send(Request(1, "wait"));
        Assert.Equal("waiting", await _events.NextAsync());
        await BeginDrainAsync();

        client.Send(Request(2, "wait"));
        client.Send(Message(output => RpcWriter.WriteOneWay(output, "note"u8)));
        client.Send(Request(3, "wait"));

        Assert.Equal((2UL, RpcStatus.Unavailable, true), ReceiveRefusal(client));
        Assert.Equal((3UL, RpcStatus.Unavailable, true), ReceiveRefusal(client));
        client.Send(Message(output => RpcWriter.WriteCancel(output, 1)));
        Assert.Equal((1UL, RpcStatus.Cancelled, false), ReceiveRefusal(client));
        client.ReceiveEnd();
        Assert.Empty(_events.Rest());
    }

    [Fact]
    public async Task Calls_that_wait_for_their_turn_when_their_server_drains_are_refused_as_not_begun()
    {
        using RawClient client = RawClient.Connect(await ServeAsync(new ListenerOptions { MaxInFlightPerConnection = 1 }));
        client.Send(Request(1, "wait"));
        client.Send(Request(2, "wait"));
        Assert.Equal("waiting", await _events.NextAsync());
        await BeginDrainAsync();
        client.Send(Message(output => RpcWriter.WriteCancel(output, 1)));

        Assert.Equal((1UL, RpcStatus.Cancelled, false), ReceiveRefusal(client));
        Assert.Equal((2UL, RpcStatus.Unavailable, true), ReceiveRefusal(client));
        client.ReceiveEnd();
        Assert.Empty(_events.Rest());
    }

    [Fact]
    public async Task A_message_that_breaks_the_protocol_is_the_last_that_is_read_and_open_calls_are_answered()
    {
        TaskCompletionSource<string> answer = new();
        using RawClient client = RawClient.Connect(await ServeAsync(answer: answer.Task));
        client.Send(Request(1, "answer"));
        Assert.Equal("asked", await _events.NextAsync());
        await BeginDrainAsync();
        client.Send(Request(2, "wait"));
        Assert.Equal((2UL, RpcStatus.Unavailable, true), ReceiveRefusal(client));

        client.Send(RawClient.Frame(new byte[20]));
        client.Send(Request(3, "wait"));
        answer.SetResult("done");

        Assert.Equal(RpcKind.Response, Receive(client).Kind);
        client.ReceiveEnd();
    }

    [Fact]
    public async Task A_stream_that_nobody_grants_more_ends_with_the_time_for_the_drain()
    {
        using RawClient client = RawClient.Connect(await ServeAsync(new ListenerOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) }));
        client.Send(Request(1, "count", window: 64));
        for (int received = 0; received < 64;)
        {
            received += Receive(client).Bytes;
        }

        Task<Drained> drained = await BeginDrainAsync();

        client.ReceiveEnd();
        client.Dispose();
        await drained.InTime();
    }

    [Fact]
    public async Task A_reader_has_every_item_of_a_stream_whose_server_drains()
    {
        NetAddress address = await ServeAsync();
        await using RpcServiceClient client = Connect(address, ConnectionPolicy.Mux());
        await using IAsyncEnumerator<string> items = client.Stream<string, string>("count").CallAsync("x").GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().InTime());
        Task<Drained> drained = await BeginDrainAsync();

        RpcStatusException refused = await Assert.ThrowsAsync<RpcStatusException>(() => client.Unary<string, string>("wait").CallAsync("y").InTime());
        Assert.Equal((RpcStatus.Unavailable, true), (refused.Status, refused.IsNotStarted));
        Assert.Equal(Items, await CountToEndAsync(items));
        Assert.Equal(0, (await drained.InTime()).Unfinished);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reader_has_every_item_of_a_stream_whose_client_drains(bool isPool)
    {
        NetAddress address = await ServeAsync();
        await using RpcServiceClient client = Connect(address, isPool ? ConnectionPolicy.Pool(1) : ConnectionPolicy.Mux());
        await using IAsyncEnumerator<string> items = client.Stream<string, string>("count").CallAsync("x").GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().InTime());
        Task<int> draining = client.DrainAsync(Eventually.Patience);
        await RefusedAsync(client);

        Assert.Equal(Items, await CountToEndAsync(items));
        Assert.Equal(0, await draining.InTime());
    }

    // The client hears of its drain a moment later.
    private static async Task RefusedAsync(RpcServiceClient client)
    {
        bool isRefused = false;
        while (!isRefused)
        {
            try
            {
                await client.OneWay<string>("note").SendAsync("x").AsTask().InTime();
            }
            catch (RpcConnectionException)
            {
                isRefused = true;
            }
        }
    }

    // The first item has been read.
    private static async Task<int> CountToEndAsync(IAsyncEnumerator<string> items)
    {
        int count = 1;
        while (await items.MoveNextAsync().InTime())
        {
            count++;
            Assert.Equal($"{count}", items.Current);
        }

        return count;
    }

    private static byte[] Request(ulong id, string method, int window = 0) =>
        Message(output => RpcWriter.WriteRequest(output, id, Encoding.UTF8.GetBytes(method), streamWindow: window));

    private static byte[] Message(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> message = new();
        write(message);
        return RawClient.Frame(message.WrittenSpan);
    }

    private static (RpcKind Kind, int Bytes) Receive(RawClient client)
    {
        byte[] frame = client.ReceiveFrame();
        Assert.Equal(RpcDefect.None, RpcCodec.Client.TryRead(new(frame), out RpcMessage message));
        return (message.Kind, frame.Length);
    }

    private static (ulong Id, RpcStatus Status, bool IsNotStarted) ReceiveRefusal(RawClient client)
    {
        byte[] frame = client.ReceiveFrame();
        Assert.Equal(RpcDefect.None, RpcCodec.Client.TryRead(new(frame), out RpcMessage message));
        Assert.Equal(RpcKind.Error, message.Kind);
        return (message.Id, message.Status, message.IsNotStarted);
    }

    private RpcServiceClient Connect(NetAddress address, ConnectionPolicy connections) => Sys.Netpoll().RpcService(
        address, TextSerializer.Instance, new RpcClientOptions { Connections = connections, MaxUnreadBytes = 1024 });

    /// <summary>Has the server drain, and waits until its only connection does.</summary>
    private async Task<Task<Drained>> BeginDrainAsync()
    {
        ConnectionRef? connection = null;
        while (connection is null)
        {
            // A client's connection is heard of here, too.
            ConnectionRef opened = ((ConnectionOpened)await _opened.NextAsync()).Connection;
            connection = opened.Actor.Path.Parent.Equals(_server.Path) ? opened : null;
        }

        Task<Drained> drained = _server.Ask<Drained>(Drain.Instance, Eventually.Patience);
        await Eventually.Holds(() => !connection.IsActive, "the connection drained");
        return drained;
    }

    private async Task<NetAddress> ServeAsync(ListenerOptions? options = null, Task<string>? answer = null)
    {
        RpcService service = new RpcServiceBuilder(TextSerializer.Instance)
            .Unary<string, string>("wait", WaitAsync)
            .Unary<string, string>("answer", async (_, _) =>
            {
                _events.Add("asked");
                return await answer!;
            })
            .OneWay<string>("note", (_, _) =>
            {
                _events.Add("noted");
                return default;
            })
            .Stream<string, string>("count", (_, _) => CountAsync())
            .Build();

        // As long as a test may take, unless it says otherwise.
        _server = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service, options: options ?? new ListenerOptions { DrainTimeout = Eventually.Patience }));
        return (await _server.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address;
    }

    private async ValueTask<string> WaitAsync(string text, RpcCall call)
    {
        CancellationToken token = call.CancellationToken;
        _events.Add("waiting");
        await Task.Delay(Timeout.Infinite, token);
        return text;
    }

    private static async IAsyncEnumerable<string> CountAsync()
    {
        for (int i = 1; i <= Items; i++)
        {
            await Task.Yield();
            yield return $"{i}";
        }
    }
}
