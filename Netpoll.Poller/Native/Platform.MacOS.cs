using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

internal sealed partial record Platform
{
    private const int BsdSolSocket = 0xFFFF;

    /// <summary>
    /// macOS, x64 and arm64 (xnu's <c>bsd/sys</c> headers). It spreads no connections: of the sockets that share a port by SO_REUSEPORT the last one gets
    /// them. It knows no <c>accept4</c>, and MSG_NOSIGNAL only in newer releases, so the option takes its place.
    /// </summary>
    public static Platform MacOS => new()
    {
        AF_INET6 = 30,
        AddressesHaveLength = true,
        UnixPathBytes = 104,
        HasAbstractNames = false,
        SocketFlags = 0,
        MSG_NOSIGNAL = 0,
        SO_NOSIGPIPE = new(BsdSolSocket, 0x1022),
        SO_REUSEADDR = new(BsdSolSocket, 0x0004),
        SO_REUSEPORT = new(BsdSolSocket, 0x0200),
        SO_ERROR = new(BsdSolSocket, 0x1007),
        SO_SNDBUF = new(BsdSolSocket, 0x1001),
        SO_RCVBUF = new(BsdSolSocket, 0x1002),
        SO_KEEPALIVE = new(BsdSolSocket, 0x0008),
        SO_LINGER = new(BsdSolSocket, 0x0080),
        TCP_KEEPIDLE = new(IPPROTO_TCP, 0x10),
        TCP_KEEPINTVL = new(IPPROTO_TCP, 0x101),
        TCP_KEEPCNT = new(IPPROTO_TCP, 0x102),
        IPV6_V6ONLY = new(IPPROTO_IPV6, 27),
        O_NONBLOCK = 0x4,
        O_CLOEXEC = 0x1000000,
        F_DUPFD_CLOEXEC = 67,
        RLIMIT_NOFILE = 8,
        OpenDirectory = 0x100000 | 0x1000000,
        PutsVariableArgumentsOnStack = RuntimeInformation.ProcessArchitecture == Architecture.Arm64,
        FileStatus = new FileStatusLayout(Bytes: 144, Device: 0, DeviceBytes: 4, Inode: 8, Mode: 4),
        Kevent = KeventLayout.MacOS,
        Errors = new ErrorNumbers(
            (Errno.EAGAIN, 35),
            (Errno.EINPROGRESS, 36),
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
            (Errno.ECANCELED, 89),
            (Errno.EPROTO, 100),
            (Errno.ETIME, 101),
            (Errno.EOPNOTSUPP, 102),
            (Errno.EOPNOTSUPP, 45),

            // EPROTOTYPE: what a send meets while the kernel is tearing its connection down; the next one meets EPIPE.
            (Errno.EPIPE, 32),
            (Errno.EPIPE, 41)),
    };
}
