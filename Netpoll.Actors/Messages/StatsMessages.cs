using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Messages;

/// <summary>
/// Question to a poller, a listener or a connection: what have you seen? Answered with <see cref="Pollers.PollerStats"/>,
/// <see cref="ListenerStats"/> or <see cref="ConnectionStats"/>.
/// </summary>
public sealed class GetStats : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private GetStats()
    {
    }

    /// <summary>The one there is.</summary>
    public static GetStats Instance { get; } = new();
}

/// <summary>What a connection (<see cref="ConnectionRef.Actor"/>) answers to <see cref="GetStats"/>.</summary>
/// <param name="BytesReceived">Bytes that came, the framing included.</param>
/// <param name="BytesSent">Bytes that the kernel took, the framing included.</param>
/// <param name="UnsentBytes">Bytes that wait for the peer to take them.</param>
/// <param name="InFlight">Requests without an answer yet; for a client's connection, calls.</param>
public sealed record ConnectionStats(long BytesReceived, long BytesSent, long UnsentBytes, int InFlight) : INoSerializationVerificationNeeded;
