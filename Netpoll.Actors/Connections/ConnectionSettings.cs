using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Connections;

/// <summary>What all connections of one listener or client have in common. Immutable; shared.</summary>
internal sealed record ConnectionSettings(
    IFrameCodec Codec,
    int MaxFrameBytes,
    int MaxInFlight,
    long OutputHighWaterBytes,
    TimeSpan LingerTimeout,
    OutputBudget? OutputBudget = null);
