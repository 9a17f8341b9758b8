using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>What kept a connection out: a limit of the listener, or of the process.</summary>
public enum RefusalCause
{
    /// <summary>The listener has as many connections as it may.</summary>
    Connections,

    /// <summary>The peer's address has as many connections as one may.</summary>
    ConnectionsOfAddress,

    /// <summary>More connections came in a short time than the listener may accept.</summary>
    AcceptRate,

    /// <summary>The open connections have more unsent bytes than all of them together may.</summary>
    OutputMemory,

    /// <summary>
    /// It took one of the last descriptors of the process (<c>ulimit -n</c>), which are kept for other things. Seldom: connections that come later wait in the
    /// kernel's queue, and are not refused.
    /// </summary>
    Descriptors,
}

/// <summary>
/// Published on the actor system's event stream when a listener has turned a connection away: it was reset at once, and no handler heard of it.
/// </summary>
/// <param name="RemoteAddress">Who called.</param>
/// <param name="LocalAddress">Where the listener listens.</param>
/// <param name="Cause">Why it was refused.</param>
public sealed record ConnectionRefused(NetAddress RemoteAddress, NetAddress LocalAddress, RefusalCause Cause);
