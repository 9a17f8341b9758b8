using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What happens before a connection's first request: it may be refused, and its handler may have something to await.</summary>
public sealed class PreparingSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _script = new();

    [Fact]
    public async Task A_refused_connection_is_reset_and_no_handler_hears_of_it()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        Recorder<(ConnectionRef Connection, EventLoop? Loop)> prepared = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props), new ListenerOptions
        {
            Prepare = connection =>
            {
                prepared.Add((connection, EventLoop.Current));
                return prepared.Count > 1;
            },
        });
        using RawClient refused = RawClient.Connect(address);
        Assert.False(refused.ReceiveEnd());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.Refused, null), (closed.Reason, closed.Error));

        using RawClient served = RawClient.Connect(address);
        served.SendFrame([1]);
        Assert.Equal([1], served.ReceiveFrame());
        Assert.Equal(["connected", "request"], _script.Events.Rest().Select(what => what.What));
        Assert.All(await prepared.NextAsync(2), one => Assert.NotNull(one.Loop));
        ConnectionStatistics statistics = Sys.Netpoll().GetConnectionStatistics();
        Assert.Equal((1, 1), (statistics.Refused, statistics.Opened));
    }

    [Fact]
    public async Task What_Prepare_throws_ends_that_connection_alone()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        int asked = 0;
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props), new ListenerOptions
        {
            Prepare = _ => Interlocked.Increment(ref asked) > 1 ? true : throw new NotSupportedException("not today"),
        });
        using RawClient first = RawClient.Connect(address);
        first.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal("not today", Assert.IsType<NotSupportedException>(closed.Error).Message);
        using RawClient second = RawClient.Connect(address);
        second.SendFrame([1]);
        Assert.Equal([1], second.ReceiveFrame());
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Requests_wait_for_the_handshake(HandlerScheduling scheduling)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Recorder<string> order = new();
        _script.Handshake = async _ =>
        {
            order.Add("begun");
            await done.Task;
            order.Add("done");
        };
        _script.OnRequest = request =>
        {
            order.Add("request");
            request.Reply(request.Payload);
        };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(_script.Props, scheduling), new ListenerOptions { HandshakeTimeout = Eventually.Patience });
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.SendFrame([2]);
        Assert.Equal("begun", await order.NextAsync());
        Assert.Empty(order.Rest());
        done.SetResult();
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([2], client.ReceiveFrame());
        Assert.Equal(["done", "request", "request"], order.Rest());
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_handshake_that_fails_is_the_handlers_fault(HandlerScheduling scheduling)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        _script.Handshake = async _ =>
        {
            await Task.Yield();
            throw new NotSupportedException("not today");
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, scheduling));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.HandlerFaulted, "not today"), (closed.Reason, closed.Error?.Message));
        List<HandlerEvent> events = await _script.Events.NextAsync(3);
        Assert.Equal(["connected", "disconnected", "stopped"], events.Select(what => what.What));
        Assert.Equal((closed.Reason, closed.Error), (events[1].Reason, events[1].Error));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_handshake_that_never_ends_is_waited_for_only_so_long(HandlerScheduling scheduling)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        TaskCompletionSource never = new();
        _script.Handshake = _ => never.Task;
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(_script.Props, scheduling), new ListenerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(20) });
        HandlerEvent first;
        do
        {
            using RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            Assert.True(client.ReceiveEnd());
            ConnectionClosed closed = await closes.NextAsync();
            Assert.Equal(CloseReason.HandshakeTimeout, closed.Reason);
            Assert.IsType<TimeoutException>(closed.Error);

            // The time may be over before the handler's turn comes: then it hears of nothing.
            first = await _script.Events.NextAsync();
            if (first.What == "connected")
            {
                List<HandlerEvent> events = await _script.Events.NextAsync(2);
                Assert.Equal(["disconnected", "stopped"], events.Select(what => what.What));
                Assert.Equal((closed.Reason, closed.Error), (events[0].Reason, events[0].Error));
            }
        }
        while (first.What == "stopped");
    }

    [Fact]
    public async Task C10_The_end_waits_for_the_handshake()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Handshake = _ => done.Task;
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.Dispose();
        HandlerEvent connected = await _script.Events.NextAsync();
        Assert.Equal("connected", connected.What);
        await Eventually.Holds(() => !connected.Connection!.IsActive, "the peer's close was seen");
        Assert.Empty(_script.Events.Rest());
        done.SetResult();
        Assert.Equal(["request", "disconnected", "stopped"], (await _script.Events.NextAsync(3)).Select(what => what.What));
        Assert.Equal(CloseReason.PeerClosed, (await closes.NextAsync()).Reason);
    }

    [Fact]
    public async Task A_handshake_belongs_into_OnConnected()
    {
        Recorder<Exception> refused = new();
        IActorRef handler = Sys.ActorOf(Props.CreateBy(new Producer<HandshakeAnywhere>(() => new HandshakeAnywhere(refused))));
        handler.Tell("now");
        Assert.IsType<InvalidOperationException>(await refused.NextAsync());
    }

    private sealed class HandshakeAnywhere(Recorder<Exception> refused) : RequestHandler
    {
        protected override void OnRequest(Request request) => request.Complete();

        protected override void OnMessage(object message) =>
            refused.Add(Assert.ThrowsAny<Exception>(() => Handshake(() => Task.CompletedTask)));
    }
}
