namespace Netpoll.Poller.Native;

internal sealed partial record Platform
{
    /// <summary>
    /// FreeBSD 12 or later, x64 and arm64 (its <c>sys/sys</c> headers). Its SO_REUSEPORT shares a port without spreading connections, which is what SO_REUSEPORT_LB
    /// does, so that one stands here.
    /// </summary>
    public static Platform FreeBsd => new()
    {
        AF_INET6 = 28,
        AddressesHaveLength = true,
        UnixPathBytes = 104,
        HasAbstractNames = false,
        SocketFlags = 0x10000000 | 0x20000000,
        MSG_NOSIGNAL = 0x20000,
        SO_REUSEADDR = new(BsdSolSocket, 0x0004),
        SO_REUSEPORT = new(BsdSolSocket, 0x10000),
        SO_ERROR = new(BsdSolSocket, 0x1007),
        SO_SNDBUF = new(BsdSolSocket, 0x1001),
        SO_RCVBUF = new(BsdSolSocket, 0x1002),
        SO_KEEPALIVE = new(BsdSolSocket, 0x0008),
        SO_LINGER = new(BsdSolSocket, 0x0080),
        TCP_KEEPIDLE = new(IPPROTO_TCP, 256),
        TCP_KEEPINTVL = new(IPPROTO_TCP, 512),
        TCP_KEEPCNT = new(IPPROTO_TCP, 1024),
        IPV6_V6ONLY = new(IPPROTO_IPV6, 27),
        O_NONBLOCK = 0x4,
        O_CLOEXEC = 0x100000,
        F_DUPFD_CLOEXEC = 17,
        RLIMIT_NOFILE = 8,
        OpenDirectory = 0x20000 | 0x100000,
        FileStatus = new FileStatusLayout(Bytes: 224, Device: 0, DeviceBytes: 8, Inode: 8, Mode: 24),
        Kevent = KeventLayout.FreeBsd,
        Errors = new ErrorNumbers(
            (Errno.EAGAIN, 35),
            (Errno.EINPROGRESS, 36),
            (Errno.EOPNOTSUPP, 45),
            (Errno.EAFNOSUPPORT, 47),
            (Errno.EADDRINUSE, 48),
            (Errno.EADDRNOTAVAIL, 49),
            (Errno.ENETDOWN, 50),
            (Errno.ENETUNREACH, 51),
            (Errno.ECONNABORTED, 53),
            (Errno.ECONNRESET, 54),
            (Errno.ENOBUFS, 55),
            (Errno.ENOTCONN, 57),
            (Errno.ETIMEDOUT, 60),
            (Errno.ECONNREFUSED, 61),
            (Errno.ENAMETOOLONG, 63),
            (Errno.EHOSTUNREACH, 65),
            (Errno.ECANCELED, 85),
            (Errno.EPROTO, 92)),
    };
}
