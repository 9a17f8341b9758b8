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

    /// <summary>Lets several sockets listen on one port, among which the kernel spreads connections (<c>SO_REUSEPORT</c>). Defaults to false.</summary>
    public bool ReusePort { get; init; }
}
