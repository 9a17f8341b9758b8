using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>A handler that throws: what each directive does to the request, the handler and the connection.</summary>
public sealed class HandlerSupervisionSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly ListenerOptions s_failuresAreAnswered = new()
    {
        FailureReply = failure => System.Text.Encoding.UTF8.GetBytes(failure.Message),
    };

    private readonly Script _script = new() { OnRequest = ThrowOnZero };

    [Theory]
    [InlineData(Directive.Resume, HandlerScheduling.Bounded)]
    [InlineData(Directive.Resume, HandlerScheduling.Serial)]
    [InlineData(Directive.Restart, HandlerScheduling.Bounded)]
    [InlineData(Directive.Restart, HandlerScheduling.Serial)]
    public async Task The_connection_lives_on_and_the_failed_request_has_a_failure_reply_in_its_place(Directive directive, HandlerScheduling scheduling)
    {
        (_, NetAddress address) = await ListenAsync(Supervised(directive, scheduling), s_failuresAreAnswered);
        using RawClient client = RawClient.Connect(address);
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([0]), .. RawClient.Frame([2]), .. RawClient.Frame([0]), .. RawClient.Frame([3])]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal("no zero"u8.ToArray(), client.ReceiveFrame());
        Assert.Equal([2], client.ReceiveFrame());
        Assert.Equal("no zero"u8.ToArray(), client.ReceiveFrame());
        Assert.Equal([3], client.ReceiveFrame());

        string[] expected = directive == Directive.Resume
            ? ["connected", "request", "request", "request", "request", "request"]
            : ["connected", "request", "request", "stopped", "connected", "request", "request", "stopped", "connected", "request"];
        Assert.Equal(expected, (await _script.Events.NextAsync(expected.Length)).Select(what => what.What));
        client.Dispose();
        Assert.Equal(["disconnected", "stopped"], (await _script.Events.NextAsync(2)).Select(what => what.What));
    }

    [Theory]
    [InlineData(Directive.Stop)]
    [InlineData(Directive.Resume)]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Escalate)]
    public async Task Without_a_form_for_failures_the_connection_closes_after_the_older_answers(Directive directive)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(Supervised(directive));
        using RawClient client = RawClient.Connect(address);
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([2])]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([2], client.ReceiveFrame());
        client.Send([.. RawClient.Frame([0]), .. RawClient.Frame([3])]);
        client.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.HandlerFaulted, "no zero"), (closed.Reason, closed.Error?.Message));
        await Eventually.TrueAsync(() => _script.Events.Count >= 5);
        HandlerEvent heard = Assert.Single(await EventsUntilStoppedAsync(), what => what.What == "disconnected");
        Assert.Equal((closed.Reason, closed.Error), (heard.Reason, heard.Error));
    }

    [Fact]
    public async Task A_stopped_handlers_request_is_answered_before_its_connection_closes()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props), s_failuresAreAnswered);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([0]);
        Assert.Equal("no zero"u8.ToArray(), client.ReceiveFrame());
        Assert.True(client.ReceiveEnd());
        Assert.Equal(CloseReason.HandlerFaulted, (await closes.NextAsync()).Reason);
    }

    [Theory]
    [InlineData(Directive.Resume)]
    [InlineData(Directive.Restart)]
    public async Task A_failure_apart_from_requests_costs_none(Directive directive)
    {
        TaskCompletionSource<IActorRef> handler = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.OnConnected = (context, _) => handler.TrySetResult(context.Self);
        _script.OnMessage = (_, _) => throw new NotSupportedException("not today");
        (_, NetAddress address) = await ListenAsync(Supervised(directive));
        using RawClient client = RawClient.Connect(address);
        (await handler.Task.InTime()).Tell("fail");
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
    }

    [Theory]
    [InlineData(Directive.Stop, false)]
    [InlineData(Directive.Restart, false)]
    [InlineData(Directive.Resume, true)]
    public async Task An_escalated_failure_is_the_listeners_to_decide(Directive listeners, bool livesOn)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        ListenerOptions options = s_failuresAreAnswered with { Strategy = new OneForOneStrategy(_ => listeners) };
        (_, NetAddress address) = await ListenAsync(Supervised(Directive.Escalate), options);
        using RawClient sibling = RawClient.Connect(address);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([0]);
        if (livesOn)
        {
            client.ReceiveFrame();
            client.SendFrame([1]);
            Assert.Equal([1], client.ReceiveFrame());
        }
        else
        {
            client.ReceiveEnd();
            ConnectionClosed closed = await closes.NextAsync();
            Assert.Equal((CloseReason.HandlerFaulted, "no zero"), (closed.Reason, closed.Error?.Message));
        }

        sibling.SendFrame([2]);
        Assert.Equal([2], sibling.ReceiveFrame());
    }

    [Fact]
    public async Task An_escalated_failure_may_take_the_siblings_along()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            Supervised(Directive.Escalate), new ListenerOptions { Strategy = new AllForOneStrategy(_ => Directive.Stop) });
        using RawClient sibling = RawClient.Connect(address);
        sibling.SendFrame([1]);
        sibling.ReceiveFrame();
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([0]);
        client.ReceiveEnd();
        sibling.ReceiveEnd();
        Assert.Equal(
            [CloseReason.HandlerFaulted, CloseReason.Shutdown],
            (await closes.NextAsync(2)).Select(closed => closed.Reason).Order());
    }

    [Fact]
    public async Task A_constructor_that_throws_is_the_reason()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        Props broken = Props.CreateBy(new Producer<ScriptedHandler>(() => throw new NotSupportedException("not today")));
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(broken, strategy: new OneForOneStrategy(_ => Directive.Stop)));
        using RawClient client = RawClient.Connect(address);
        client.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.HandlerFaulted, closed.Reason);
        Assert.NotNull(closed.Error);
    }

    [Fact]
    public async Task A_restarted_shared_handler_is_told_of_its_connections_anew_before_their_requests()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.SharedPool(_script.Props, 1), s_failuresAreAnswered);
        using RawClient first = RawClient.Connect(address);
        using RawClient second = RawClient.Connect(address);
        foreach (RawClient client in new[] { first, second })
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        first.Send([.. RawClient.Frame([0]), .. RawClient.Frame([2])]);
        first.ReceiveFrame();
        Assert.Equal([2], first.ReceiveFrame());
        List<HandlerEvent> events = await _script.Events.NextAsync(9);
        Assert.Equal(
            ["connected", "connected", "connected", "connected", "request", "request", "request", "request", "stopped"],
            events.Select(what => what.What).Order());
        Assert.Equal(["stopped", "connected", "connected", "request"], events.TakeLast(4).Select(what => what.What));
        Assert.Equal(2, events.SkipLast(1).TakeLast(2).Select(what => what.Connection).Distinct().Count());
    }

    [Fact]
    public async Task A_stopped_shared_handler_hears_of_the_end_of_each_connection_as_everybody_does()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.SharedPool(_script.Props, 1), new ListenerOptions { Strategy = new OneForOneStrategy(_ => Directive.Stop) });
        RawClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        clients[0].SendFrame([0]);
        List<ConnectionClosed> ends = await closes.NextAsync(3);
        await Eventually.TrueAsync(() => _script.Stopped == 1);
        HandlerEvent[] heard = [.. _script.Events.Rest().Where(what => what.What == "disconnected")];
        Assert.Equal(3, heard.Length);
        Assert.All(ends, end =>
        {
            HandlerEvent one = Assert.Single(heard, what => what.Connection == end.Connection);
            Assert.Equal((end.Reason, end.Error), (one.Reason, one.Error));
            Assert.Equal(CloseReason.HandlerFaulted, end.Reason);
        });
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Shared_handlers_hear_of_every_end_when_the_listener_stops()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.SharedPool(_script.Props, 2));
        RawClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        await StopAsync(listener);
        await closes.NextAsync(6);
        HandlerEvent[] heard = [.. _script.Events.Rest().Where(what => what.What == "disconnected")];
        Assert.Equal(6, heard.Select(what => what.Connection).Distinct().Count());
        Assert.Equal(6, heard.Length);
        Assert.All(heard, one => Assert.Equal((CloseReason.Shutdown, null), (one.Reason, one.Error)));
        Array.ForEach(clients, client => client.Dispose());
    }

    private static void ThrowOnZero(Request request)
    {
        if (request.Payload.FirstSpan[0] == 0)
        {
            throw new NotSupportedException("no zero");
        }

        request.Reply(request.Payload);
    }

    private HandlerSource Supervised(Directive directive, HandlerScheduling scheduling = HandlerScheduling.Bounded) =>
        HandlerSource.PerConnection(_script.Props, scheduling, new OneForOneStrategy(_ => directive));

    private async Task<List<HandlerEvent>> EventsUntilStoppedAsync()
    {
        List<HandlerEvent> events = [];
        while (!events.Exists(what => what.What == "disconnected") || events[^1].What != "stopped")
        {
            events.Add(await _script.Events.NextAsync());
        }

        return events;
    }
}
