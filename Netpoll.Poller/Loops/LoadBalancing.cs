namespace Netpoll.Poller.Loops;

/// <summary>Which loop takes the next connection.</summary>
public enum LoadBalancing
{
    /// <summary>The loops take turns. The default: cheap, and even where connections are alike.</summary>
    RoundRobin,

    /// <summary>Any of them, with equal chances: no rhythm of the peers can meet the rhythm of the turns.</summary>
    Random,

    /// <summary>The one with the fewest open connections; for connections that live very different times.</summary>
    LeastConnections,

    /// <summary>
    /// The one that the peer's IP address stands for, always the same: for handlers that keep something per peer. A peer without an IP
    /// address (Unix) takes its turn.
    /// </summary>
    SourceHash,
}
