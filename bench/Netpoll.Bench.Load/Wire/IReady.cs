namespace Netpoll.Bench.Load.Wire;

/// <summary>Who is told that a socket is ready.</summary>
internal interface IReady
{
    /// <summary>The socket has become readable, writable or both, or has ended. Events of an older socket of the same owner may still come.</summary>
    void OnReady(ReadyEvents events);
}

/// <summary>What the kernel says of a socket: bits of <c>epoll_event</c>.</summary>
[Flags]
internal enum ReadyEvents : uint
{
    /// <summary>EPOLLIN.</summary>
    Readable = 0x1,

    /// <summary>EPOLLOUT.</summary>
    Writable = 0x4,

    /// <summary>EPOLLERR, EPOLLHUP or EPOLLRDHUP: an error, or the peer has closed its side.</summary>
    Ended = 0x8 | 0x10 | 0x2000,
}
