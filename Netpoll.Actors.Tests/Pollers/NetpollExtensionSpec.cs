using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Pollers;

/// <summary>What one actor system has of Netpoll, from the first question to its end.</summary>
public sealed class NetpollExtensionSpec(ITestOutputHelper output) : NetpollSpec(output, "netpoll { pollers = 2, workers = 3 }")
{
    [Fact]
    public void A_system_has_one()
    {
        NetpollExtension[] all = new NetpollExtension[8];
        Parallel.For(0, all.Length, i => all[i] = Sys.Netpoll());
        Assert.All(all, one => Assert.Same(all[0], one));
        Assert.Equal((2, 3), (all[0].Settings.Pollers, all[0].Settings.Workers));
    }

    [Fact]
    public async Task Pollers_say_how_many_sockets_they_have()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        List<RawClient> clients = [];
        for (int i = 0; i < 6; i++)
        {
            RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            client.ReceiveFrame();
            clients.Add(client);
        }

        int[] sockets = await SocketsAsync();
        Assert.Equal([3, 4], sockets.Order());
        clients.ForEach(client => client.Dispose());
        await Eventually.Holds(() => Sys.Netpoll().Pollers.Sum(poller => poller.Loop.ChannelCount) == 1, "only the listener's socket is left");
        Assert.Equal([0, 1], (await SocketsAsync()).Order());
    }

    [Fact]
    public async Task A_poller_that_is_killed_comes_back_and_its_connections_do_not_notice()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.ReceiveFrame();
        foreach (PollerRef poller in Sys.Netpoll().Pollers)
        {
            Sys.ActorSelection($"/system/netpoll/poller-{poller.Index}").Tell(Kill.Instance);
        }

        Assert.Equal(2, (await SocketsAsync()).Sum());
        client.SendFrame([2]);
        Assert.Equal([2], client.ReceiveFrame());
    }

    [Fact]
    public async Task The_loops_end_with_the_system()
    {
        Task[] ends = [.. Sys.Netpoll().Pollers.Select(poller => poller.Loop.Completion)];
        Assert.DoesNotContain(ends, end => end.IsCompleted);
        await Sys.Terminate().InTime();
        await Task.WhenAll(ends).InTime();
    }

    [Fact]
    public async Task A_setting_that_is_not_allowed_is_said_by_the_first_question()
    {
        ActorSystem system = ActorSystem.Create("wrong", ConfigurationFactory.ParseString("netpoll.pollers = none"));
        ConfigurationException refusal = Assert.ThrowsAny<ConfigurationException>(() => system.Netpoll());
        Assert.Contains("netpoll.pollers", refusal.Message, StringComparison.Ordinal);
        await system.Terminate().InTime();
    }

    [Fact]
    public async Task Systems_come_and_go_and_each_has_its_own()
    {
        for (int i = 0; i < 5; i++)
        {
            ActorSystem system = ActorSystem.Create($"short-{i}", ConfigurationFactory.ParseString("netpoll { pollers = 1, workers = 1 }"));
            NetpollExtension netpoll = system.Netpoll();
            Assert.NotSame(Sys.Netpoll(), netpoll);
            await system.Terminate().InTime();
            await netpoll.Pollers[0].Loop.Completion.InTime();
        }
    }

    private async Task<int[]> SocketsAsync() => (await Task.WhenAll(Sys.Netpoll().Pollers.Select(poller =>
        Sys.ActorSelection($"/system/netpoll/poller-{poller.Index}").Ask<PollerStats>(GetStats.Instance, Eventually.Patience))))
        .Select(stats => stats.Sockets).ToArray();
}
