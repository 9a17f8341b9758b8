using Akka.Actor;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Pollers;

/// <summary>Question to a poller (<c>/system/netpoll/poller-0</c> and so on): answered with <see cref="PollerStats"/>.</summary>
public sealed class GetPollerStats : INoSerializationVerificationNeeded
{
    private GetPollerStats()
    {
    }

    /// <summary>The one there is.</summary>
    public static GetPollerStats Instance { get; } = new();
}

/// <summary>What a poller says of itself.</summary>
/// <param name="Index">Which poller, from 0.</param>
/// <param name="Sockets">Sockets on its loop at the moment: connections, listeners, attempts to connect.</param>
/// <param name="Backend">By which of the kernel's doors it hears of them.</param>
/// <param name="Loop">What its loop has done so far.</param>
public sealed record PollerStats(int Index, int Sockets, PollerBackend Backend, EventLoopStatistics Loop) : INoSerializationVerificationNeeded;
