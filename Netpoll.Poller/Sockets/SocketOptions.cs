namespace Netpoll.Poller.Sockets;

/// <summary>What is set on a socket when it is made. Immutable; any thread.</summary>
public sealed record SocketOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static SocketOptions Default { get; } = new();

    /// <summary>Sends small writes at once instead of waiting to merge them (<c>TCP_NODELAY</c>). Defaults to true; TCP only.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>How many finished handshakes may wait to be accepted. Defaults to 4096; the kernel caps it at <c>net.core.somaxconn</c>.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>The kernel's send buffer in bytes (<c>SO_SNDBUF</c>), or 0 for the kernel's own tuning, which is the default.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>The kernel's receive buffer in bytes (<c>SO_RCVBUF</c>), or 0 for the kernel's own tuning, which is the default.</summary>
    public int ReceiveBufferBytes { get; init; }

    /// <summary>
    /// How long a TCP connection may be silent before the kernel asks the peer's kernel whether it is still there (<c>SO_KEEPALIVE</c>,
    /// <c>TCP_KEEPIDLE</c>, whole seconds, at least 1); null, the default, for never. It finds dead machines and cut wires, not idle users:
    /// those are the business of an idle time-out.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>The time between two such questions (<c>TCP_KEEPINTVL</c>, whole seconds); null, the default, for the kernel's 75 seconds.</summary>
    public TimeSpan? KeepAliveInterval { get; init; }

    /// <summary>Questions without an answer after which the connection is lost (<c>TCP_KEEPCNT</c>); 0, the default, for the kernel's 9.</summary>
    public int KeepAliveCount { get; init; }

    /// <summary>
    /// Lets several sockets listen on one port, among which the kernel spreads connections (Linux' <c>SO_REUSEPORT</c>, FreeBSD's <c>SO_REUSEPORT_LB</c>; macOS
    /// spreads none: the last socket gets them). Defaults to false.
    /// </summary>
    public bool ReusePort { get; init; }
}
