using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

internal sealed partial record Platform
{
    private const int LinuxSolSocket = 1;
    private const int LinuxIpprotoIp = 0;

    /// <summary>Linux, x64 and arm64 (its <c>include/uapi</c>). Only the flags of <c>open</c> differ between the two.</summary>
    public static Platform Linux => new()
    {
        AF_INET6 = 10,
        AddressesHaveLength = false,
        UnixPathBytes = 108,
        HasAbstractNames = true,
        SocketFlags = 0x800 | 0x80000,
        MSG_NOSIGNAL = 0x4000,
        MSG_WAITALL = 0x100,
        SO_REUSEADDR = new(LinuxSolSocket, 2),
        SO_ERROR = new(LinuxSolSocket, 4),
        SO_SNDBUF = new(LinuxSolSocket, 7),
        SO_RCVBUF = new(LinuxSolSocket, 8),
        SO_KEEPALIVE = new(LinuxSolSocket, 9),
        SO_LINGER = new(LinuxSolSocket, 13),
        SO_REUSEPORT = new(LinuxSolSocket, 15),
        TCP_KEEPIDLE = new(IPPROTO_TCP, 4),
        TCP_KEEPINTVL = new(IPPROTO_TCP, 5),
        TCP_KEEPCNT = new(IPPROTO_TCP, 6),
        IP_BIND_ADDRESS_NO_PORT = new(LinuxIpprotoIp, 24),
        IPV6_V6ONLY = new(IPPROTO_IPV6, 26),
        O_NONBLOCK = 0x800,
        O_CLOEXEC = 0x80000,
        F_DUPFD_CLOEXEC = 1030,
        RLIMIT_NOFILE = 7,
        OpenDirectory = (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000) | 0x80000,
    };
}
