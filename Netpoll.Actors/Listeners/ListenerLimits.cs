using Netpoll.Actors.Connections;

namespace Netpoll.Actors.Listeners;

/// <summary>
/// What a listener takes in at most. A connection above a limit is accepted and reset at once; <see cref="Messages.ConnectionRefused"/> on the
/// event stream says which limit it was, and <see cref="Messages.ListenerStats"/> counts. Immutable.
/// </summary>
public sealed record ListenerLimits
{
    /// <summary>No limit at all, which is the default.</summary>
    public static ListenerLimits None { get; } = new();

    /// <summary>The most connections that are open at once, at least 1.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>
    /// The most connections that are open at once from one IP address, at least 1. Peers behind one translating router share an address; a peer
    /// with an IPv6 network has many. Unix peers have no address and are not counted.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = int.MaxValue;

    /// <summary>The most connections taken in each second in the long run, above 0; infinity for no limit.</summary>
    public double AcceptsPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// How many connections may come at once after a quiet time, at least 1: the size of the token bucket behind
    /// <see cref="AcceptsPerSecond"/>. Defaults to 256 (arbitrary).
    /// </summary>
    public int AcceptBurst { get; init; } = 256;

    /// <summary>
    /// How many unsent bytes the connections may have together, or null for no limit. Several listeners that are given the same budget share it: give one to all
    /// of them to limit the whole system.
    /// </summary>
    public OutputBudget? OutputBudget { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnectionsPerAddress, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(AcceptsPerSecond);
        ArgumentOutOfRangeException.ThrowIfEqual(AcceptsPerSecond, double.NaN);
        ArgumentOutOfRangeException.ThrowIfLessThan(AcceptBurst, 1);
    }
}
