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

    /// <summary>The handler failed with an exception, or stopped.</summary>
    HandlerFaulted,

    /// <summary>The listener, the client or the whole actor system is shutting down.</summary>
    Shutdown,
}
