namespace Netpoll.Poller.Polling;

/// <summary>By which of the kernel's doors an event loop hears of its sockets.</summary>
public enum PollerBackend
{
    /// <summary>
    /// The one that the environment variable <c>NETPOLL_POLLER_BACKEND</c> names (<c>epoll</c>, <c>io-uring</c>, <c>kqueue</c>, <c>poll</c>); without
    /// it, the best one that the operating system has.
    /// </summary>
    Auto,

    /// <summary>Linux' <c>epoll(7)</c>: readiness.</summary>
    Epoll,

    /// <summary>Linux' <c>io_uring(7)</c>, from kernel 6.0 on: completions, batched system calls. Where it is missing or forbidden, epoll takes its place.</summary>
    IoUring,

    /// <summary><c>poll(2)</c> of Linux and FreeBSD: readiness, at a price that grows with the number of sockets.</summary>
    Poll,

    /// <summary>The <c>kqueue(2)</c> of macOS and FreeBSD: readiness. Changes of interest cost no system call of their own.</summary>
    Kqueue,
}
