using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Connections;

/// <summary>What all connections of one listener or client have in common. Immutable; shared.</summary>
internal sealed record ConnectionSettings(
    IFrameCodec Codec,
    int MaxFrameBytes,
    int MaxInFlight,
    long OutputHighWaterBytes,
    TimeSpan LingerTimeout,
    OutputBudget? OutputBudget = null,
    bool AnswersInOrder = true)
{
    /// <summary>Down to so many unsent bytes a connection that was over the high-water mark is held back.</summary>
    public long OutputLowWaterBytes { get; init; } = OutputHighWaterBytes / 2;

    /// <summary>How long what may take.</summary>
    public TimeLimits Limits { get; init; } = TimeLimits.None;

    /// <summary>Says whether a connection is to be served, before anybody hears of it; null for all.</summary>
    public Func<ConnectionRef, bool>? Prepare { get; init; }

    /// <summary>The payload of the answer to a request that failed; null, or a null from it, for none.</summary>
    public Func<Exception, ReadOnlyMemory<byte>?>? FailureReply { get; init; }

    /// <summary>Where sockets are counted that outlive their connections; null for nowhere.</summary>
    public LingeringSockets? Lingering { get; init; }

    /// <summary>Where requests count while handlers have them; null for nowhere.</summary>
    public HandlerQueue? Queue { get; init; }
}
