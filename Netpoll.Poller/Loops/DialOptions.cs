using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Loops;

/// <summary>How to open a connection. Immutable; any thread.</summary>
public sealed record DialOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static DialOptions Default { get; } = new();

    /// <summary>What is set on the socket.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;

    /// <summary>
    /// For the whole of it, the resolver included. Defaults to <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, which leaves it to
    /// the kernel (Linux gives a silent peer about two minutes).
    /// </summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long one end point is tried alone before the next is tried beside it. Defaults to 250 ms, the Connection Attempt Delay that
    /// RFC 8305 (section 8) recommends; its bounds are 10 ms and 2 s, which are not enforced here.
    /// </summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// This end's address, or null to let the kernel choose: an IP address of this machine with a port or 0, or a Unix name. Only end points
    /// of its kind are tried. The file of a Unix path stays when the connection has ended: it is the caller's to remove.
    /// </summary>
    public NetAddress? LocalAddress { get; init; }
}
