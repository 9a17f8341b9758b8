using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Handlers;

/// <summary>Who answers a connection, on which thread, and what happens when he fails.</summary>
public sealed class HandlerSourceSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Recorder<Seen> _seen = new();

    /// <summary>What a request saw of its handler.</summary>
    private sealed record Seen(IActorRef Handler, Reporter Instance, ConnectionRef Connection, string? Thread, EventLoop? Loop);

    [Fact]
    public async Task Each_connection_has_a_handler_of_its_own_as_its_child()
    {
        List<Seen> seen = await ConnectAndAskAsync(HandlerSource.PerConnection(Reports), connections: 4, requests: 3);
        Assert.Equal(4, seen.DistinctBy(what => what.Instance).Count());
        Assert.All(seen, what => Assert.Equal(what.Connection.Actor.Path, what.Handler.Path.Parent));
        Assert.All(seen, what => Assert.Equal("handler", what.Handler.Path.Name));
        Assert.All(seen, what => Assert.Contains("-worker-", what.Thread, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_serial_handler_runs_on_the_loop_of_its_connection()
    {
        List<Seen> seen = await ConnectAndAskAsync(HandlerSource.PerConnection(Reports, HandlerScheduling.Serial), connections: 4, requests: 3);
        Assert.Equal(4, seen.DistinctBy(what => what.Instance).Count());
        Assert.Equal(2, seen.Select(what => what.Loop).Distinct().Count());
        Assert.All(seen.GroupBy(what => what.Connection), one => Assert.Same(Assert.Single(one.Select(what => what.Loop).Distinct()), one.First().Loop));
        Assert.DoesNotContain(seen, what => what.Loop is null);
    }

    [Fact]
    public async Task A_shared_pool_has_so_many_handlers_and_spreads_the_connections()
    {
        List<Seen> seen = await ConnectAndAskAsync(HandlerSource.SharedPool(Reports, 2), connections: 6, requests: 3);
        Assert.Equal(["handler-0", "handler-1"], seen.Select(what => what.Handler.Path.Name).Distinct().Order());
        Assert.All(seen.GroupBy(what => what.Handler), one => Assert.Equal(3, one.Select(what => what.Connection).Distinct().Count()));
        Assert.All(seen.GroupBy(what => what.Connection), one => Assert.Single(one.Select(what => what.Handler).Distinct()));
        Assert.All(seen, what => Assert.Contains("-worker-", what.Thread, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_serial_shared_pool_has_so_many_handlers_for_each_loop()
    {
        List<Seen> seen = await ConnectAndAskAsync(HandlerSource.SharedPool(Reports, 1, HandlerScheduling.Serial), connections: 6, requests: 3);
        Assert.Equal(2, seen.Select(what => what.Handler).Distinct().Count());
        Assert.All(seen.GroupBy(what => what.Handler), one => Assert.Single(one.Select(what => what.Loop).Distinct()));
        Assert.Equal(2, seen.Select(what => what.Loop).Where(loop => loop is not null).Distinct().Count());
    }

    [Fact]
    public async Task A_shared_handler_serves_everybody()
    {
        IActorRef handler = Sys.ActorOf(Reports, "mine");
        List<Seen> seen = await ConnectAndAskAsync(HandlerSource.Shared(handler), connections: 3, requests: 2);
        Assert.Single(seen.Select(what => what.Instance).Distinct());
        Assert.All(seen, what => Assert.Equal(handler, what.Handler));
    }

    [Fact]
    public async Task When_a_shared_handler_ends_its_connections_end_and_new_ones_at_once()
    {
        Script script = new();
        Recorder<ConnectionClosed> closes = RecordCloses();
        IActorRef handler = Sys.ActorOf(script.Props);
        (_, NetAddress address) = await ListenAsync(HandlerSource.Shared(handler));
        using RawClient first = RawClient.Connect(address);
        first.SendFrame([1]);
        first.ReceiveFrame();
        await StopAsync(handler);
        Assert.True(first.ReceiveEnd());
        using RawClient second = RawClient.Connect(address);
        Assert.True(second.ReceiveEnd());
        Assert.All(await closes.NextAsync(2), closed => Assert.Equal((CloseReason.Shutdown, null), (closed.Reason, closed.Error)));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_pool_handler_that_throws_costs_one_connection_and_goes_on_anew(HandlerScheduling scheduling)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.SharedPool(Reports, 1, scheduling));
        RawClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        int before = _seen.Rest().DistinctBy(what => what.Instance).Count();
        clients[0].SendFrame(Reporter.Poison);
        clients[0].ReceiveEnd();
        foreach (RawClient client in clients[1..])
        {
            client.SendFrame([1]);
            Assert.Equal([1], client.ReceiveFrame());
            client.Dispose();
        }

        // The connections close beside each other: which is first heard of is nobody's promise.
        ILookup<CloseReason, ConnectionClosed> closed = (await closes.NextAsync(6)).ToLookup(end => end.Reason);
        Assert.IsType<NotSupportedException>(Assert.Single(closed[CloseReason.HandlerFaulted]).Error);
        Assert.Equal(5, closed[CloseReason.PeerClosed].Count());
        Assert.Equal(scheduling == HandlerScheduling.Bounded ? 1 : 2, before);
    }

    [Fact]
    public async Task A_handler_that_throws_costs_only_its_own_connection()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Reports));
        using RawClient bystander = RawClient.Connect(address);
        for (int i = 0; i < 20; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.SendFrame(Reporter.Poison);
            client.ReceiveEnd();
            bystander.SendFrame([(byte)i]);
            Assert.Equal([(byte)i], bystander.ReceiveFrame());
        }
    }

    [Fact]
    public async Task Requests_behind_the_one_that_failed_are_not_answered_and_those_before_are()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Reports));
        using RawClient client = RawClient.Connect(address);
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([2]), .. RawClient.Frame(Reporter.Poison), .. RawClient.Frame([4])]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([2], client.ReceiveFrame());
        Assert.Throws<EndOfStreamException>(() => client.ReceiveFrame());
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("pool")]
    public async Task A_shared_handler_hears_of_each_connection_once(string kind)
    {
        Script script = new();
        HandlerSource source = kind == "shared" ? HandlerSource.Shared(Sys.ActorOf(script.Props)) : HandlerSource.SharedPool(script.Props, 1);
        (IActorRef listener, NetAddress address) = await ListenAsync(source);
        for (int i = 0; i < 10; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        List<HandlerEvent> events = await script.Events.NextAsync(30);
        Assert.All(events.GroupBy(what => what.Connection), one =>
        {
            Assert.Equal(["connected", "request", "disconnected"], one.Select(what => what.What));
            Assert.Equal(CloseReason.PeerClosed, one.Last().Reason);
        });
        await StopAsync(listener);
        Assert.DoesNotContain(script.Events.Rest(), what => what.What == "disconnected");
    }

    [Fact]
    public async Task A_shared_handler_hears_of_connections_that_its_listener_ends()
    {
        Script script = new();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.Shared(Sys.ActorOf(script.Props)));
        using RawClient first = RawClient.Connect(address);
        using RawClient second = RawClient.Connect(address);
        first.SendFrame([1]);
        second.SendFrame([1]);
        List<HandlerEvent> before = await script.Events.NextAsync(4);
        await StopAsync(listener);

        List<HandlerEvent> ends = await script.Events.NextAsync(2);
        Assert.All(ends, end => Assert.Equal(("disconnected", CloseReason.Shutdown), (end.What, end.Reason)));
        Assert.Equal(before.Select(what => what.Connection).Distinct().Order(ByName), ends.Select(end => end.Connection).Order(ByName));
    }

    [Fact]
    public async Task Handlers_that_block_hold_up_no_more_than_their_threads()
    {
        using Gate gate = new();
        Script script = new()
        {
            OnRequest = request =>
            {
                if (request.Payload.FirstSpan[0] == 1)
                {
                    gate.Wait();
                }

                request.Reply(request.Payload);
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient blocked = RawClient.Connect(address);
        using RawClient free = RawClient.Connect(address);
        blocked.SendFrame([1]);
        await script.Requests.NextAsync();
        for (int i = 0; i < 100; i++)
        {
            free.SendFrame([2]);
            Assert.Equal([2], free.ReceiveFrame());
        }

        gate.Open();
        Assert.Equal([1], blocked.ReceiveFrame());
    }

    [Fact]
    public async Task Frames_are_taken_and_the_loops_stay_free_while_every_worker_is_blocked()
    {
        using Gate gate = new();
        Script script = new()
        {
            OnRequest = request =>
            {
                gate.Wait();
                request.Reply(request.Payload);
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        (_, NetAddress serial) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>(), HandlerScheduling.Serial));
        RawClient[] blocked = [.. Enumerable.Range(0, 4).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in blocked)
        {
            client.SendFrame([1]);
        }

        await script.Requests.NextAsync(2);
        for (int i = 0; i < 4; i++)
        {
            using RawClient client = RawClient.Connect(serial);
            client.SendFrame([2]);
            Assert.Equal([2], client.ReceiveFrame());
        }

        gate.Open();
        foreach (RawClient client in blocked)
        {
            Assert.Equal([1], client.ReceiveFrame());
            client.Dispose();
        }
    }

    [Fact]
    public void Sources_that_make_no_sense_are_refused_where_they_are_given()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HandlerSource.SharedPool(Reports, 0));
        Assert.Throws<ArgumentNullException>(() => HandlerSource.SharedPool(null!, 1));
        Assert.Throws<ArgumentNullException>(() => HandlerSource.PerConnection(null!));
        Assert.Throws<ArgumentNullException>(() => HandlerSource.Shared(null!));
    }

    private static Comparer<ConnectionRef?> ByName { get; } =
        Comparer<ConnectionRef?>.Create((a, b) => string.CompareOrdinal(a!.Actor.Path.Name, b!.Actor.Path.Name));

    private Props Reports => Props.CreateBy(new Producer<Reporter>(() => new Reporter(_seen)));

    private async Task<List<Seen>> ConnectAndAskAsync(HandlerSource source, int connections, int requests)
    {
        (_, NetAddress address) = await ListenAsync(source);
        RawClient[] clients = [.. Enumerable.Range(0, connections).Select(_ => RawClient.Connect(address))];
        for (int i = 0; i < requests; i++)
        {
            foreach (RawClient client in clients)
            {
                client.SendFrame([1]);
                Assert.Equal([1], client.ReceiveFrame());
            }
        }

        foreach (RawClient client in clients)
        {
            client.Dispose();
        }

        return _seen.Rest();
    }

    private sealed class Reporter(Recorder<Seen> seen) : RequestHandler
    {
        public static byte[] Poison { get; } = [6, 6, 6];

        protected override void OnRequest(Request request)
        {
            if (request.Payload.Length == Poison.Length)
            {
                throw new NotSupportedException("poisoned");
            }

            seen.Add(new Seen(Self, this, request.Connection, Thread.CurrentThread.Name, EventLoop.Current));
            request.Reply(request.Payload);
        }
    }
}
