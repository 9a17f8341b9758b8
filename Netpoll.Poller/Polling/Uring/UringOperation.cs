namespace Netpoll.Poller.Polling.Uring;

/// <summary>What a completion is of: the lowest byte of its user data. The rest is the index of whose it is.</summary>
internal enum UringOperation : byte
{
    /// <summary>Nobody waits for it: a cancellation.</summary>
    None,

    /// <summary>The descriptor that other threads wake the poller by.</summary>
    WakeUp,

    /// <summary>The epoll in which the descriptors are that are only watched.</summary>
    Watched,

    /// <summary>A multishot receive.</summary>
    Receive,

    /// <summary>A watch for the end of both directions, while nothing is received.</summary>
    HangUp,

    /// <summary>A send.</summary>
    Send,

    /// <summary>A multishot accept.</summary>
    Accept,

    /// <summary>A watch for connections that wait to be accepted.</summary>
    Acceptable,
}
