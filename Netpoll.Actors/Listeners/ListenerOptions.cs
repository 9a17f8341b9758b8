using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>What a listener asks of its connections. Immutable; may serve several listeners.</summary>
public sealed record ListenerOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static ListenerOptions Default { get; } = new();

    /// <summary>
    /// The longest payload of a frame in bytes, at least 1. Defaults to 16 MiB, as Thrift's framed transport does. A longer one closes
    /// the connection with <see cref="Messages.CloseReason.OverLimit"/> as soon as its length is known.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The most requests of one connection that wait for their answers, at least 1. Defaults to 256 (arbitrary). Above it the connection
    /// is not read, so that the peer's sends slow down.
    /// </summary>
    public int MaxInFlightPerConnection { get; init; } = 256;

    /// <summary>
    /// The most bytes of answers that wait for a peer to take them, at least 1. Defaults to 1 MiB (arbitrary: a few times what a
    /// kernel's socket buffer holds). Above it the connection is not read; it goes on at half of it.
    /// </summary>
    public long OutputHighWaterBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a connection that closes waits for its peer to take the last bytes. Defaults to 10 seconds (arbitrary).</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is set on the sockets.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;

    /// <summary>How many connections are taken in, and how fast. Defaults to no limit.</summary>
    public ListenerLimits Limits { get; init; } = ListenerLimits.None;

    /// <summary>Which poller takes the next connection. Defaults to taking turns. Not used with <see cref="ListenPerPoller"/>.</summary>
    public LoadBalancing LoadBalancing { get; init; } = LoadBalancing.RoundRobin;

    /// <summary>
    /// Gives each poller a listening socket of its own on the same port (<c>SO_REUSEPORT</c>); the kernel spreads the connections, and each stays on the poller that
    /// accepted it. For servers with very many new connections. Defaults to false; TCP only. Another process of the same user may then
    /// listen on the port too, so that "address in use" is not noticed, and unbinding resets the connections that the kernel had already
    /// given to a socket's queue.
    /// </summary>
    public bool ListenPerPoller { get; init; }

    /// <summary>
    /// How long <see cref="Messages.Drain"/> lets requests in flight and their answers take before the connections that are left are ended. Defaults
    /// to 4 seconds: less than the 5 seconds that a phase of the coordinated shutdown has by default.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(4);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputHighWaterBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LingerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTimeout, TimeSpan.Zero);
        Limits.Validate();
    }
}
