using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>
/// Every way in which a connection can end: one reason, which the event stream and the handler agree on; the handler hears of it exactly
/// once, after its last request and before the connection has terminated.
/// </summary>
public abstract class CloseReasonSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private readonly Script _script = new();
    private Recorder<ConnectionClosed> _closes = new();
    private IActorRef _listener = ActorRefs.Nobody;
    private ConnectionRef? _connection;

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_peer_closes(HandlerScheduling scheduling)
    {
        RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        client.ReceiveFrame();
        client.Dispose();
        Assert.Null(await EndAsync(CloseReason.PeerClosed, requests: 1));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_peer_closes_without_a_word(HandlerScheduling scheduling)
    {
        RawClient client = await OpenAsync(scheduling);
        client.Dispose();
        Assert.Null(await EndAsync(CloseReason.PeerClosed, requests: 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(103)]
    public async Task The_peer_vanishes_in_the_middle_of_a_frame(int bytesOfIt)
    {
        using RawClient client = await OpenAsync();
        client.SendFrame([1]);
        client.ReceiveFrame();
        client.Send(RawClient.Frame(new byte[100]).AsSpan(0, bytesOfIt));
        client.Dispose();
        Exception? error = await EndAsync(CloseReason.PeerClosed, requests: 1);
        Assert.Contains($" {bytesOfIt} bytes", Assert.IsType<EndOfStreamException>(error).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_peer_resets(HandlerScheduling scheduling)
    {
        RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        client.ReceiveFrame();
        client.Reset();
        Assert.IsType<System.Net.Sockets.SocketException>(await EndAsync(CloseReason.PeerReset, requests: 1));
    }

    [Fact]
    public async Task The_peer_announces_a_frame_over_the_limit()
    {
        using RawClient client = await OpenAsync(options: new ListenerOptions { MaxFrameBytes = 1000 });
        client.Send([.. RawClient.Frame(new byte[1000]), 0, 0, 3, 0xE9]);
        Assert.Equal(1000, client.ReceiveFrame().Length);
        Assert.True(client.ReceiveEnd());
        Assert.IsType<InvalidDataException>(await EndAsync(CloseReason.OverLimit, requests: 1));
    }

    [Fact]
    public async Task The_peer_sends_garbage()
    {
        using RawClient client = await OpenAsync();
        client.Send("GET / HTTP/1.1\r\n\r\n"u8);
        client.ReceiveEnd();
        Assert.IsType<InvalidDataException>(await EndAsync(CloseReason.OverLimit, requests: 0));
    }

    [Fact]
    public async Task The_peer_sends_what_no_frame_begins_with()
    {
        using RawClient client = await OpenAsync(codec: Codecs.LengthField(4, countsItself: true));
        client.Send([0, 0, 0, 5, 42, 0, 0, 0, 3]);
        Assert.Equal([0, 0, 0, 5, 42], client.ReceiveExactly(5));
        client.ReceiveEnd();
        Assert.IsType<InvalidDataException>(await EndAsync(CloseReason.ProtocolError, requests: 1));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_handler_closes(HandlerScheduling scheduling)
    {
        _script.OnRequest = request => request.Connection.Close();
        using RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.LocalClose, requests: 1));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_handler_aborts(HandlerScheduling scheduling)
    {
        _script.OnRequest = request => request.Connection.Abort();
        using RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        Assert.False(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.LocalAbort, requests: 1));
    }

    [Fact]
    public async Task The_handler_closes_as_soon_as_it_is_connected()
    {
        _script.OnConnected = (_, connection) => connection.Close();
        using RawClient client = await OpenAsync();
        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.LocalClose, requests: 0));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_handler_throws(HandlerScheduling scheduling)
    {
        _script.OnRequest = _ => throw new NotSupportedException("not today");
        using RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        client.ReceiveEnd();
        Assert.Equal("not today", Assert.IsType<NotSupportedException>(await EndAsync(CloseReason.HandlerFaulted, requests: 1)).Message);
    }

    [Fact]
    public async Task The_handler_throws_when_it_is_connected()
    {
        _script.OnConnected = (_, _) => throw new NotSupportedException("not today");
        using RawClient client = await OpenAsync();
        client.ReceiveEnd();
        Assert.IsType<NotSupportedException>(await EndAsync(CloseReason.HandlerFaulted, requests: 0));
    }

    [Fact]
    public async Task The_handler_throws_on_a_message_of_its_own()
    {
        TaskCompletionSource<IActorRef> handler = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.OnConnected = (context, _) => handler.SetResult(context.Self);
        _script.OnMessage = (_, _) => throw new NotSupportedException("not today");
        using RawClient client = await OpenAsync();
        (await handler.Task.InTime()).Tell("fail");
        client.ReceiveEnd();
        Assert.IsType<NotSupportedException>(await EndAsync(CloseReason.HandlerFaulted, requests: 0));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_handler_fails_a_request(HandlerScheduling scheduling)
    {
        _script.OnRequest = request => request.Fail(new NotSupportedException("not today"));
        using RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        Assert.True(client.ReceiveEnd());
        Assert.IsType<NotSupportedException>(await EndAsync(CloseReason.HandlerFaulted, requests: 1));
    }

    [Fact]
    public async Task The_handler_gives_an_answer_that_no_frame_can_hold()
    {
        _script.OnRequest = request => request.Reply(new byte[256]);
        using RawClient client = await OpenAsync(codec: Codecs.LengthField(1));
        client.Send([1, 42]);
        client.ReceiveEnd();
        Assert.IsType<ArgumentOutOfRangeException>(await EndAsync(CloseReason.HandlerFaulted, requests: 1));
    }

    [Fact]
    public async Task The_handler_stops_itself()
    {
        _script.OnConnected = (context, _) => context.Stop(context.Self);
        using RawClient client = await OpenAsync();
        client.ReceiveEnd();
        Assert.Null(await EndAsync(CloseReason.Shutdown, requests: 0));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task The_listener_stops(HandlerScheduling scheduling)
    {
        using RawClient client = await OpenAsync(scheduling);
        client.SendFrame([1]);
        client.ReceiveFrame();
        await StopAsync(_listener);
        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.Shutdown, requests: 1));
    }

    [Fact]
    public async Task Somebody_stops_the_connections_actor()
    {
        using RawClient client = await OpenAsync();
        _connection!.Actor.Tell(PoisonPill.Instance);
        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.Shutdown, requests: 0));
    }

    [Fact]
    public async Task The_first_reason_is_the_reason()
    {
        _script.OnRequest = request =>
        {
            request.Connection.Close();
            request.Connection.Abort();
            throw new NotSupportedException("too late");
        };
        using RawClient client = await OpenAsync(HandlerScheduling.Serial);
        client.SendFrame([1]);
        client.Dispose();

        // On the loop the order is certain: what the handler tells first arrives first.
        ConnectionClosed closed = await _closes.NextAsync();
        Assert.Equal(CloseReason.LocalClose, closed.Reason);
        await AssertTerminatedAsync();
        Assert.Single(_script.Events.Rest(), what => what.What == "disconnected");
    }

    private async Task<RawClient> OpenAsync(
        HandlerScheduling scheduling = HandlerScheduling.Bounded, ListenerOptions? options = null, IFrameCodec? codec = null)
    {
        _closes = RecordCloses();
        Recorder<ConnectionRef> opened = new();
        Action<IUntypedActorContext, ConnectionRef> also = _script.OnConnected;
        _script.OnConnected = (context, connection) =>
        {
            opened.Add(connection);
            also(context, connection);
        };
        (_listener, NetAddress address) = await ListenAsync(
            "tcp://127.0.0.1:0", HandlerSource.PerConnection(_script.Props, scheduling), options, codec);
        RawClient client = RawClient.Connect(address);
        _connection = await opened.NextAsync();
        return client;
    }

    private async Task AssertTerminatedAsync()
    {
        Recorder<object> watcher = await WatchAsync(_connection!.Actor);
        Assert.IsType<Terminated>(await watcher.NextAsync());
    }

    private async Task<Exception?> EndAsync(CloseReason reason, int requests)
    {
        await AssertTerminatedAsync();
        List<HandlerEvent> events = _script.Events.Rest();
        events.RemoveAll(what => what.What == "message");
        Assert.Equal(["connected", .. Enumerable.Repeat("request", requests), "disconnected", "stopped"], events.Select(what => what.What));

        ConnectionClosed closed = await _closes.NextAsync();
        Assert.Equal(reason, closed.Reason);
        Assert.Same(_connection, closed.Connection);
        Assert.False(closed.Connection.IsActive);

        HandlerEvent heard = events[^2];
        Assert.Same(_connection, heard.Connection);
        Assert.Equal((closed.Reason, closed.Error), (heard.Reason, heard.Error));
        Assert.Empty(_closes.Rest());
        return closed.Error;
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class CloseReasonOnEpollSpec(ITestOutputHelper output) : CloseReasonSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class CloseReasonOnUringSpec(ITestOutputHelper output) : CloseReasonSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class CloseReasonOnPollSpec(ITestOutputHelper output) : CloseReasonSpec(output, "poll");
