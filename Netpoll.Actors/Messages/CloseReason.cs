namespace Netpoll.Actors.Messages;

/// <summary>Why a connection ended. Every connection has exactly one: the first that happened.</summary>
public enum CloseReason
{
    /// <summary>The peer closed its side, and everything that it had sent was dealt with.</summary>
    PeerClosed,

    /// <summary>The peer reset the connection, or the network lost it: bytes may be missing on either side.</summary>
    PeerReset,

    /// <summary>This side closed it, after sending what was written before.</summary>
    LocalClose,

    /// <summary>This side reset it and discarded what was unsent.</summary>
    LocalAbort,

    /// <summary>The peer broke the protocol: no frame begins with what it sent.</summary>
    ProtocolError,

    /// <summary>The peer went over a limit: it announced a frame that is too long, for example.</summary>
    OverLimit,

    /// <summary>The handler failed with an exception.</summary>
    HandlerFaulted,

    /// <summary>The handler, the listener, the client or the whole actor system stopped.</summary>
    Shutdown,

    /// <summary>It was refused before its handler heard of it, by the listener's <c>Prepare</c>.</summary>
    Refused,

    /// <summary>The handler's <c>OnConnected</c> took too long.</summary>
    HandshakeTimeout,

    /// <summary>Nothing was received or sent for too long.</summary>
    IdleTimeout,

    /// <summary>The peer began a frame and did not complete it in time.</summary>
    ReadTimeout,

    /// <summary>The peer took nothing of what waited for it for too long: the connection was reset.</summary>
    WriteTimeout,

    /// <summary>The connection has reached the age at which it was to end.</summary>
    LifetimeExpired,

    /// <summary>More requests waited for handlers than allowed, and this one's was shed.</summary>
    Overloaded,

    /// <summary>Its socket was taken out by <see cref="Detach"/>, and lives on elsewhere.</summary>
    Detached,
}
