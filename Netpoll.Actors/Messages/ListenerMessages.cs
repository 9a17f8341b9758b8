using Akka.Actor;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>Question to a listener: where are you bound? Answered with <see cref="Bound"/> once it is, or with <see cref="Status.Failure"/> (so that Ask throws) when it cannot be.</summary>
public sealed class GetBound : INoSerializationVerificationNeeded
{
    private GetBound()
    {
    }

    /// <summary>The one there is.</summary>
    public static GetBound Instance { get; } = new();
}

/// <summary>Answer of a listener: connections are accepted.</summary>
/// <param name="Addresses">
/// Everywhere it listens, at least one: each end point of each address that was asked for, in that order, with the port that the kernel chose if
/// 0 was asked for.
/// </param>
public sealed record Bound(IReadOnlyList<NetAddress> Addresses) : INoSerializationVerificationNeeded
{
    /// <summary>The first of them.</summary>
    public NetAddress Address => Addresses[0];
}

/// <summary>Command to a listener: accept no more. Open connections live on. Answered with <see cref="Unbound"/>; repeating it is harmless.</summary>
public sealed class Unbind : INoSerializationVerificationNeeded
{
    private Unbind()
    {
    }

    /// <summary>The one there is.</summary>
    public static Unbind Instance { get; } = new();
}

/// <summary>Answer of a listener: the address is free again.</summary>
public sealed class Unbound : INoSerializationVerificationNeeded
{
    private Unbound()
    {
    }

    /// <summary>The one there is.</summary>
    public static Unbound Instance { get; } = new();
}

/// <summary>
/// Command to a listener: accept no more, let the requests in flight be answered, close each connection when its answers have left, and wait for
/// the peers to close too. What takes longer than <see cref="Listeners.ListenerOptions.DrainTimeout"/> is ended unfinished. Answered with <see cref="Drained"/>;
/// repeating it is harmless.
/// </summary>
public sealed class Drain : INoSerializationVerificationNeeded
{
    private Drain()
    {
    }

    /// <summary>The one there is.</summary>
    public static Drain Instance { get; } = new();
}

/// <summary>Answer of a listener: it has no connection any more, and accepts none.</summary>
/// <param name="Unfinished">How many connections were ended before they had finished, because the time was over.</param>
public sealed record Drained(int Unfinished) : INoSerializationVerificationNeeded;

/// <summary>What a listener answers to <see cref="GetStats"/>. The counters begin with its start.</summary>
/// <param name="Connections">Connections that are open now.</param>
/// <param name="Accepted">Connections that it took in.</param>
/// <param name="RefusedForConnections">Turned away: <see cref="RefusalCause.Connections"/>.</param>
/// <param name="RefusedForAddress">Turned away: <see cref="RefusalCause.ConnectionsOfAddress"/>.</param>
/// <param name="RefusedForRate">Turned away: <see cref="RefusalCause.AcceptRate"/>.</param>
/// <param name="RefusedForMemory">Turned away: <see cref="RefusalCause.OutputMemory"/>.</param>
/// <param name="RefusedForDescriptors">Turned away: <see cref="RefusalCause.Descriptors"/>.</param>
public sealed record ListenerStats(
    int Connections,
    long Accepted,
    long RefusedForConnections,
    long RefusedForAddress,
    long RefusedForRate,
    long RefusedForMemory,
    long RefusedForDescriptors)
    : INoSerializationVerificationNeeded
{
    /// <summary>All that were turned away.</summary>
    public long Refused => RefusedForConnections + RefusedForAddress + RefusedForRate + RefusedForMemory + RefusedForDescriptors;
}
