namespace Netpoll.Actors.Rpc;

/// <summary>How a client uses connections: few that carry many calls each, or many that carry one each. Immutable.</summary>
public sealed record ConnectionPolicy
{
    private ConnectionPolicy(bool isPool, int connections, TimeSpan idleTimeout) =>
        (IsPool, Connections, IdleTimeout) = (isPool, connections, idleTimeout);

    /// <summary>Whether a connection carries one call at a time.</summary>
    public bool IsPool { get; }

    /// <summary>How many connections to each server: kept open (mux), or the most (pool). At least 1.</summary>
    public int Connections { get; }

    /// <summary>After how long without a call a pool closes a connection.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>
    /// Few connections, opened at once and kept open, with many calls in flight on each. What many threads call in one round of the event
    /// loop leaves in one system call. Calls that are on one connection keep their order.
    /// </summary>
    /// <param name="connections">To each server, at least 1.</param>
    public static ConnectionPolicy Mux(int connections = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        return new ConnectionPolicy(false, connections, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// One call at a time on a connection, for servers that do not read ahead. Connections are opened when they are needed; a caller for whom
    /// there is none waits its turn. One that the server has closed is noticed at once, and not used.
    /// </summary>
    /// <param name="maxConnections">The most, to each server; at least 1.</param>
    /// <param name="idleTimeout">After how long without a call a connection is closed; null for 60 seconds (arbitrary).</param>
    public static ConnectionPolicy Pool(int maxConnections = 64, TimeSpan? idleTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConnections, 1);
        TimeSpan idle = idleTimeout ?? TimeSpan.FromSeconds(60);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(idle, TimeSpan.Zero);
        return new ConnectionPolicy(true, maxConnections, idle);
    }
}

/// <summary>Which of several servers gets the next call.</summary>
public enum EndpointSelection
{
    /// <summary>They take turns.</summary>
    RoundRobin,

    /// <summary>The one with the fewest calls under way.</summary>
    LeastInFlight,
}
