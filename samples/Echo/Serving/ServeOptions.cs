using Netpoll.Poller.Sockets;

namespace Echo.Serving;

/// <summary>How to serve.</summary>
internal sealed record ServeOptions
{
    /// <summary>Where to listen; port 0 picks a free one.</summary>
    public required NetAddress Address { get; init; }

    /// <summary>Event loops; null for one per core.</summary>
    public int? Pollers { get; init; }

    /// <summary>By which of the kernel's doors the loops hear of their sockets, as <c>netpoll.poller.backend</c> names it; null for the default.</summary>
    public string? Backend { get; init; }

    /// <summary>Threads that run handlers; null for one per core.</summary>
    public int? Workers { get; init; }

    /// <summary>Handlers run on their connection's event loop: no thread hop, but they must not block.</summary>
    public bool Serial { get; init; }

    /// <summary>So many handlers for all connections; null for one for each connection.</summary>
    public int? SharedHandlers { get; init; }

    /// <summary>Warnings and errors go to standard output; else they go nowhere.</summary>
    public bool Log { get; init; }
}
