using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What a connection weighs while nothing happens on it, its handler's actor included.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionMemorySpec(ITestOutputHelper output) : NetpollSpec(output)
{
    /// <summary>The most bytes that an idle connection may hold, both actors included.</summary>
    private const long MaxBytes = 4096;

    private const int Connections = 1000;

    private const int Rounds = 3;

    private static readonly NetAddress s_peerAddress = NetAddress.Parse("tcp://127.0.0.1:1");

    private readonly ITestOutputHelper _output = output;
    private readonly List<SocketHandle> _peers = [];

    [SkippableFact]
    public async Task An_idle_connection_holds_at_most_4_KiB()
    {
        // Akka.NET's own actors weigh more than that by themselves.
        Skip.If(typeof(ActorSystem).Assembly.GetName().Name == "Akka");
        (IActorRef listener, _) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        await OpenAsync(listener, 200);

        // The middle one: what earlier tests have left may go, or come, in any round.
        long[] each = new long[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            await OpenAsync(listener, Connections);
            each[i] = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        }

        Array.Sort(each);
        _output.WriteLine($"{string.Join(", ", each)} bytes each");
        Assert.InRange(each[Rounds / 2], 1, MaxBytes);
        _peers.ForEach(peer => peer.Dispose());
    }

    private async Task OpenAsync(IActorRef listener, int count)
    {
        long opened = Sys.Netpoll().GetConnectionStatistics().Opened;
        for (int i = 0; i < count; i++)
        {
            Assert.False(SocketCalls.CreatePair(out int server, out int peer).IsError);
            _peers.Add(new SocketHandle(peer));
            listener.Tell(new AdoptSocket(new StreamChannel(new SocketHandle(server), s_peerAddress), s_peerAddress));
        }

        await Eventually.Holds(() => Sys.Netpoll().GetConnectionStatistics().Opened == opened + count, "all connections are open");
        await SettleAsync(listener);
    }
}
