using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>What a listener does not take in: who is refused is told, published and counted, and nobody else notices.</summary>
public sealed class ListenerLimitsSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly HandlerSource s_echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_more_connections_than_allowed_are_open_at_once(bool perPoller)
    {
        Recorder<object> refusals = RecordRefusals();
        (IActorRef listener, NetAddress address) = await ListenAsync(
            s_echo, new ListenerOptions { Limits = new() { MaxConnections = 3 }, ListenPerPoller = perPoller });
        RawClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => Open(address))];

        await AssertRefusedAsync(address, refusals, RefusalCause.Connections);
        await AssertRefusedAsync(address, refusals, RefusalCause.Connections);
        Assert.Equal(new ListenerStats(3, 3, 2, 0, 0, 0, 0), await StatsAsync(listener));

        // Whoever goes makes room.
        clients[0].Dispose();
        await UntilOpenAsync(listener, 2);
        using RawClient next = Open(address);
        Echo(clients[1]);
        Assert.Equal(4, (await StatsAsync(listener)).Accepted);
        Assert.All(clients, client => client.Dispose());
    }

    [Fact]
    public async Task No_address_has_more_connections_than_one_may()
    {
        Recorder<object> refusals = RecordRefusals();
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo, new ListenerOptions { Limits = new() { MaxConnectionsPerAddress = 2 } });
        using RawClient first = Open(address);
        using (RawClient second = Open(address))
        {
            ConnectionRefused refused = await AssertRefusedAsync(address, refusals, RefusalCause.ConnectionsOfAddress);
            Assert.Equal(("127.0.0.1", address), (refused.RemoteAddress.Host, refused.LocalAddress));

            // Another address of the loopback network is another peer.
            using RawClient other = Open(address, from: "127.0.0.2");
            Assert.Equal(new ListenerStats(3, 3, 0, 1, 0, 0, 0), await StatsAsync(listener));
        }

        await UntilOpenAsync(listener, 1);
        using RawClient third = Open(address);
        await AssertRefusedAfterAsync(third);

        async Task AssertRefusedAfterAsync(RawClient open)
        {
            await AssertRefusedAsync(address, refusals, RefusalCause.ConnectionsOfAddress);
            Echo(open);
        }
    }

    [Fact]
    public async Task Unix_peers_have_no_address_to_count()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(
            $"unix://@netpoll-{Guid.NewGuid():N}", s_echo, new ListenerOptions { Limits = new() { MaxConnectionsPerAddress = 1 } });
        using RawClient first = Open(address);
        using RawClient second = Open(address);
        Assert.Equal(0, (await StatsAsync(listener)).Refused);
    }

    [Fact]
    public async Task Connections_that_come_too_fast_are_refused()
    {
        Recorder<object> refusals = RecordRefusals();

        // One a day, after five at once: the sixth comes too early on any machine.
        (IActorRef listener, NetAddress address) = await ListenAsync(
            s_echo, new ListenerOptions { Limits = new() { AcceptsPerSecond = 1.0 / 86_400, AcceptBurst = 5 } });
        RawClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => Open(address))];
        await AssertRefusedAsync(address, refusals, RefusalCause.AcceptRate);
        Assert.Equal(new ListenerStats(5, 5, 0, 0, 1, 0, 0), await StatsAsync(listener));
        Assert.All(clients, client =>
        {
            Echo(client);
            client.Dispose();
        });
    }

    [Fact]
    public async Task While_too_much_is_unsent_nobody_else_is_let_in()
    {
        Recorder<object> refusals = RecordRefusals();
        OutputBudget budget = new(100_000);
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo, new ListenerOptions { Limits = new() { OutputBudget = budget } });
        using RawClient first = Open(address);
        OutputAccount debtor = budget.Open(ActorRefs.Nobody);
        debtor.Set(100_001);
        await AssertRefusedAsync(address, refusals, RefusalCause.OutputMemory);
        Echo(first);
        debtor.Set(0);
        using RawClient second = Open(address);
        Assert.Equal(new ListenerStats(2, 2, 0, 0, 0, 1, 0), await StatsAsync(listener));
    }

    [Fact]
    public async Task The_connection_with_the_most_unsent_bytes_ends_when_all_have_too_much_together()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        Script script = Script.Silent();
        OutputBudget budget = new(24 * 1024 * 1024);
        ListenerOptions options = new() { OutputHighWaterBytes = 64 * 1024 * 1024, Limits = new() { OutputBudget = budget } };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), options);
        using RawClient small = RawClient.Connect(address);
        small.SendFrame([1]);
        Request ofSmall = await script.Requests.NextAsync();
        using RawClient large = RawClient.Connect(address);
        large.SendFrame([2]);
        Request ofLarge = await script.Requests.NextAsync();

        // Neither peer reads. The kernel takes a few megabytes of each, so that the smaller one stays far below the larger.
        ofLarge.Reply(new byte[20 * 1024 * 1024]);
        await Eventually.TrueAsync(() => budget.UsedBytes > 8 * 1024 * 1024);
        Assert.Equal(0, closes.Count);
        ofSmall.Reply(new byte[16 * 1024 * 1024]);
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((ofLarge.Connection.RemoteAddress, CloseReason.OverLimit), (closed.Connection.RemoteAddress, closed.Reason));
        Assert.Contains("25165824", closed.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(16 * 1024 * 1024, small.ReceiveFrame().Length);
        await Eventually.TrueAsync(() => budget.UsedBytes == 0, () => $"{budget.UsedBytes} bytes are still charged");
        Assert.Equal(1, budget.Evicted);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_where_they_are_given()
    {
        Refuses(new ListenerLimits { MaxConnections = 0 });
        Refuses(new ListenerLimits { MaxConnectionsPerAddress = 0 });
        Refuses(new ListenerLimits { AcceptsPerSecond = 0 });
        Refuses(new ListenerLimits { AcceptsPerSecond = double.NaN });
        Refuses(new ListenerLimits { AcceptBurst = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutputBudget(0));

        static void Refuses(ListenerLimits limits) => Assert.Throws<ArgumentOutOfRangeException>(
            () => Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), s_echo, new ListenerOptions { Limits = limits }));
    }

    private static Task<ListenerStats> StatsAsync(IActorRef listener) =>
        listener.Ask<ListenerStats>(GetStats.Instance, Eventually.Patience);

    private static async Task UntilOpenAsync(IActorRef listener, int connections)
    {
        while ((await StatsAsync(listener)).Connections != connections)
        {
            await Task.Yield();
        }
    }

    private static RawClient Open(NetAddress address, string? from = null)
    {
        RawClient client = RawClient.Connect(address, from);
        Echo(client);
        return client;
    }

    private static void Echo(RawClient client)
    {
        client.SendFrame([1, 2]);
        Assert.Equal([1, 2], client.ReceiveFrame());
    }

    private static async Task<ConnectionRefused> AssertRefusedAsync(NetAddress address, Recorder<object> refusals, RefusalCause cause)
    {
        using RawClient client = RawClient.Connect(address);
        Assert.False(client.ReceiveEnd());
        ConnectionRefused refused = Assert.IsType<ConnectionRefused>(await refusals.NextAsync());
        Assert.Equal((cause, client.Socket.LocalEndPoint), (refused.Cause, new System.Net.IPEndPoint(System.Net.IPAddress.Parse(refused.RemoteAddress.Host!), refused.RemoteAddress.Port)));
        return refused;
    }

    private Recorder<object> RecordRefusals()
    {
        Recorder<object> refusals = new();
        Sys.EventStream.Subscribe(Sys.ActorOf(Spy.Props(refusals)), typeof(ConnectionRefused));
        return refusals;
    }
}
