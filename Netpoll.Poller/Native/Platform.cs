namespace Netpoll.Poller.Native;

/// <summary>
/// All that 64-bit systems number, name or lay out differently. There is one table for each, and the one of this system is picked once, at start;
/// what all agree on are constants where they are used. Immutable.
/// </summary>
internal sealed partial record Platform
{
    /// <summary>The table of the system that this process runs on.</summary>
    public static Platform Current { get; } = OperatingSystem.IsMacOS() ? MacOS : OperatingSystem.IsFreeBSD() ? FreeBsd : Linux;

    /// <summary>IPv6's address family. Those of IPv4 and of Unix are the same everywhere.</summary>
    public required int AF_INET6 { get; init; }

    /// <summary>A socket address begins with its length in one byte and its family in another; else with its family in two.</summary>
    public required bool AddressesHaveLength { get; init; }

    /// <summary>Bytes of <c>sun_path</c>: the longest path of a Unix socket, its zero included.</summary>
    public required int UnixPathBytes { get; init; }

    /// <summary>Unix sockets may have names that are no files.</summary>
    public required bool HasAbstractNames { get; init; }

    /// <summary>Has <c>socket</c>, <c>socketpair</c> and <c>accept4</c> make sockets non-blocking and closed on exec; 0 where they cannot.</summary>
    public required int SocketFlags { get; init; }

    /// <summary>Has a send to a closed peer fail without a signal; 0 where only <see cref="SO_NOSIGPIPE"/> does.</summary>
    public required int MSG_NOSIGNAL { get; init; }

    /// <summary>Has one send wait until everything has left (io_uring).</summary>
    public int MSG_WAITALL { get; init; }

    /// <summary>Set on every socket, where it is not missing: no signal for a send to a closed peer.</summary>
    public SocketOption SO_NOSIGPIPE { get; init; }

    public required SocketOption SO_REUSEADDR { get; init; }

    /// <summary>The option by which several sockets share a port and the kernel spreads connections among them.</summary>
    public required SocketOption SO_REUSEPORT { get; init; }

    public required SocketOption SO_ERROR { get; init; }

    public required SocketOption SO_SNDBUF { get; init; }

    public required SocketOption SO_RCVBUF { get; init; }

    public required SocketOption SO_KEEPALIVE { get; init; }

    public required SocketOption SO_LINGER { get; init; }

    public SocketOption TCP_NODELAY { get; } = new(IPPROTO_TCP, 1);

    public required SocketOption TCP_KEEPIDLE { get; init; }

    public required SocketOption TCP_KEEPINTVL { get; init; }

    public required SocketOption TCP_KEEPCNT { get; init; }

    /// <summary>Has a bound socket's port chosen only when its peer is known. Missing elsewhere than on Linux.</summary>
    public SocketOption IP_BIND_ADDRESS_NO_PORT { get; init; }

    public required SocketOption IPV6_V6ONLY { get; init; }

    /// <summary>A file's flag: reads and writes do not wait.</summary>
    public required int O_NONBLOCK { get; init; }

    /// <summary>A file's flag: it is not inherited by a program that is started.</summary>
    public required int O_CLOEXEC { get; init; }

    /// <summary>Has <c>fcntl</c> duplicate a descriptor, not inherited.</summary>
    public required int F_DUPFD_CLOEXEC { get; init; }

    /// <summary>The limit of open descriptors.</summary>
    public required int RLIMIT_NOFILE { get; init; }

    /// <summary>Opens a directory and nothing else, not inherited.</summary>
    public required int OpenDirectory { get; init; }

    /// <summary>A variable argument goes on the stack, whatever number it has, and not into the next register: Apple's arm64.</summary>
    public bool PutsVariableArgumentsOnStack { get; init; }

    /// <summary>The structure that <c>lstat</c> fills in; null where <c>statx</c> is used, which is the same on every architecture.</summary>
    public FileStatusLayout? FileStatus { get; init; }

    /// <summary>The error numbers; null for Linux' own.</summary>
    public ErrorNumbers? Errors { get; init; }

    /// <summary>The structure of kqueue's events; null where there is none.</summary>
    public KeventLayout? Kevent { get; init; }

    private const int IPPROTO_TCP = 6;
    private const int IPPROTO_IPV6 = 41;
}
