using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>One listener on several end points, and several sockets on one port.</summary>
public sealed class SeveralAddressesSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly HandlerSource s_echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());

    [Fact]
    public async Task A_name_is_listened_on_at_every_address_that_it_has_with_one_port()
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync("localhost");
        Bound bound = await BindAsync([NetAddress.Parse("tcp://localhost:0")]);
        string[] hosts = [.. bound.Addresses.Select(address => address.Host!)];
        Assert.NotEmpty(hosts);
        Assert.Subset(addresses.Select(address => address.ToString()).ToHashSet(), hosts.ToHashSet());
        Assert.Contains("127.0.0.1", hosts);
        Assert.Single(bound.Addresses.Select(address => address.Port).Distinct());
        Assert.All(bound.Addresses, Echo);
    }

    [SkippableFact]
    public async Task Several_addresses_of_several_kinds_are_one_listener()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "The machine has no IPv6.");
        NetAddress[] asked =
        [
            NetAddress.Parse("tcp://127.0.0.1:0"), NetAddress.Parse("tcp://[::1]:0"), NetAddress.Unix($"@netpoll-{Guid.NewGuid():N}"),
        ];
        Bound bound = await BindAsync(asked);
        Assert.Equal(["127.0.0.1", "::1", null], bound.Addresses.Select(address => address.Host));
        Assert.Equal(bound.Addresses[0], bound.Address);
        Assert.All(bound.Addresses, Echo);
    }

    [Fact]
    public async Task When_one_address_cannot_be_had_none_is_kept()
    {
        (_, NetAddress taken) = await ListenAsync(s_echo);
        NetAddress free = NetAddress.Unix($"@netpoll-{Guid.NewGuid():N}");
        IActorRef failing = Sys.ActorOf(Listener.Props([free, taken], Codecs.LengthField(), s_echo));
        await Assert.ThrowsAsync<SocketOperationException>(() => failing.Ask<Bound>(GetBound.Instance, Eventually.Patience));
        await BindAsync([free]);
        Echo(taken);
    }

    [Fact]
    public async Task Unbinding_frees_all_of_them()
    {
        NetAddress[] asked = [NetAddress.Parse("tcp://localhost:0"), NetAddress.Unix($"@netpoll-{Guid.NewGuid():N}")];
        IActorRef listener = Sys.ActorOf(Listener.Props(asked, Codecs.LengthField(), s_echo, new ListenerOptions()));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        Bound again = await BindAsync(bound.Addresses);
        Assert.Equal(bound.Addresses, again.Addresses);
    }

    [Fact]
    public async Task With_a_socket_for_each_poller_every_connection_stays_where_it_was_accepted()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo, new ListenerOptions { ListenPerPoller = true });
        NetpollExtension netpoll = Sys.Netpoll();
        List<RawClient> clients = [];

        // The kernel spreads by a hash of both ends, so many enough make both pollers surely get some.
        for (int i = 0; i < 64; i++)
        {
            RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            Assert.Equal([1], client.ReceiveFrame());
            clients.Add(client);
        }

        int[] sockets = [.. netpoll.Pollers.Select(poller => poller.Loop.ChannelCount)];
        int[] counted = [.. Enumerable.Range(0, 2).Select(netpoll.Loops.ConnectionsOn)];
        Assert.Equal(64, counted.Sum());
        Assert.DoesNotContain(0, counted);
        Assert.Equal(counted.Select(count => count + 1), sockets);

        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        Assert.All(clients, client =>
        {
            client.SendFrame([2]);
            Assert.Equal([2], client.ReceiveFrame());
            client.Dispose();
        });
        await ListenAsync(address.ToString(), s_echo);
    }

    [Fact]
    public void A_socket_for_each_poller_needs_a_port() => Assert.Throws<ArgumentException>(
        () => Listener.Props("unix://@netpoll-none", Codecs.LengthField(), s_echo, new ListenerOptions { ListenPerPoller = true }));

    [Fact]
    public void Without_any_address_there_is_no_listener() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Listener.Props(Array.Empty<NetAddress>(), Codecs.LengthField(), s_echo));

    [Fact]
    public async Task Connections_go_where_the_fewest_are()
    {
        (_, NetAddress address) = await ListenAsync(s_echo, new ListenerOptions { LoadBalancing = LoadBalancing.LeastConnections });
        EventLoopGroup loops = Sys.Netpoll().Loops;
        loops.AssignTo(0);
        loops.AssignTo(0);
        loops.AssignTo(0);
        using RawClient first = RawClient.Connect(address);
        using RawClient second = RawClient.Connect(address);
        await Eventually.TrueAsync(() => loops.ConnectionsOn(1) == 2, () => $"{loops.ConnectionsOn(0)} and {loops.ConnectionsOn(1)}");
        Assert.Equal(3, loops.ConnectionsOn(0));
        first.Dispose();
        await Eventually.TrueAsync(() => loops.ConnectionsOn(1) == 1);
    }

    [Fact]
    public async Task Connections_of_one_peer_go_to_one_poller_if_so_asked()
    {
        (_, NetAddress address) = await ListenAsync(s_echo, new ListenerOptions { LoadBalancing = LoadBalancing.SourceHash });
        EventLoopGroup loops = Sys.Netpoll().Loops;
        RawClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => RawClient.Connect(address))];
        await Eventually.TrueAsync(() => loops.ConnectionsOn(0) + loops.ConnectionsOn(1) == 8);
        Assert.Contains(0, new[] { loops.ConnectionsOn(0), loops.ConnectionsOn(1) });
        Assert.All(clients, client => client.Dispose());
    }

    private static void Echo(NetAddress address)
    {
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1, 2, 3]);
        Assert.Equal([1, 2, 3], client.ReceiveFrame());
    }

    private Task<Bound> BindAsync(IReadOnlyList<NetAddress> addresses) =>
        Sys.ActorOf(Listener.Props(addresses, Codecs.LengthField(), s_echo)).Ask<Bound>(GetBound.Instance, Eventually.Patience);
}
