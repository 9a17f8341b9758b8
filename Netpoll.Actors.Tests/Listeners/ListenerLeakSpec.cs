using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>What a listener has after a thousand connections: what it had before.</summary>
[Collection(Alone.Name)]
public sealed class ListenerLeakSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Theory]
    [InlineData("closed")]
    [InlineData("reset")]
    [InlineData("reset with a request open")]
    [InlineData("vanished in a frame")]
    [InlineData("over the limit")]
    public async Task A_thousand_connections_leave_nothing_behind(string end)
    {
        Script script = new() { OnRequest = end == "reset with a request open" ? _ => { } : request => request.Reply(request.Payload) };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        EndOne(address, end);
        await AssertEndedAsync((await closes.NextAsync()).Connection);
        int descriptors = CountDescriptors();

        for (int i = 0; i < 1000; i++)
        {
            EndOne(address, end);
        }

        List<ConnectionClosed> all = await closes.NextAsync(1000);
        await AssertEndedAsync([.. all.Select(closed => closed.Connection)]);
        await Eventually.TrueAsync(() => CountDescriptors() <= descriptors, () => $"{CountDescriptors()} descriptors, {descriptors} before");
        await Eventually.Holds(() => Sys.Netpoll().Pollers.Sum(poller => poller.Loop.ChannelCount) == 1, "only the listener's socket is left");
        Assert.Equal(1, await CountSocketsAsync());
        Assert.Equal(1001, script.Events.Rest().Count(what => what.What == "disconnected"));
    }

    [Fact]
    public async Task A_listener_that_cannot_bind_leaves_no_descriptor()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        await FailAsync();
        int descriptors = CountDescriptors();
        for (int i = 0; i < 20; i++)
        {
            await FailAsync();
        }

        await Eventually.TrueAsync(() => CountDescriptors() <= descriptors);

        async Task FailAsync()
        {
            IActorRef listener = Sys.ActorOf(Listener.Props(address, Codecs.LengthField(), HandlerSource.PerConnection(Props.Create<EchoHandler>())));
            await Assert.ThrowsAsync<SocketOperationException>(() => listener.Ask<Bound>(GetBound.Instance, Eventually.Patience));
            await StopAsync(listener);
        }
    }

    [Fact]
    public async Task Connections_that_nobody_adopted_are_closed()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        RawClient[] clients;
        using (await HoldLoopsAsync())
        {
            // The kernel has completed the handshakes; the listener stops before it has seen one of them.
            clients = [.. Enumerable.Range(0, 20).Select(_ => RawClient.Connect(address))];
            listener.Tell(PoisonPill.Instance);
        }

        foreach (RawClient client in clients)
        {
            client.ReceiveEnd();
            client.Dispose();
        }

        await Eventually.TrueAsync(() => Sys.Netpoll().Pollers.Sum(poller => poller.Loop.ChannelCount) == 0);
    }

    private static void EndOne(NetAddress address, string end)
    {
        using RawClient client = RawClient.Connect(address);
        switch (end)
        {
            case "closed":
                client.SendFrame([1]);
                client.ReceiveFrame();
                break;
            case "reset":
                client.Reset();
                break;
            case "reset with a request open":
                client.SendFrame([1]);
                client.Reset();
                break;
            case "vanished in a frame":
                client.Send([0, 0, 1, 0, 1, 2, 3]);
                break;
            default:
                client.Send([127, 0, 0, 0]);
                client.ReceiveEnd();
                break;
        }
    }

    // Sockets only: the runtime opens files, pipes and pollers of its own when it likes. One that is closed meanwhile has no target any more.
    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private async Task AssertEndedAsync(params ConnectionRef[] connections)
    {
        Recorder<object> watcher = await WatchAsync([.. connections.Select(connection => connection.Actor)]);
        Assert.All(await watcher.NextAsync(connections.Length), message => Assert.IsType<Terminated>(message));
    }

    private async Task<int> CountSocketsAsync() => (await Task.WhenAll(Sys.Netpoll().Pollers.Select(poller =>
        Sys.ActorSelection($"/system/netpoll/poller-{poller.Index}").Ask<PollerStats>(GetStats.Instance, Eventually.Patience))))
        .Sum(stats => stats.Sockets);
}
