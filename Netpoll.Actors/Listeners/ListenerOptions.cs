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

    /// <summary>
    /// Whether answers leave in the order of the requests, as protocols without ids ask for. Defaults to true. If false they leave as they
    /// are given, and each says itself which request it is for.
    /// </summary>
    public bool AnswersInOrder { get; init; } = true;

    /// <summary>What is set on the sockets.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputHighWaterBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LingerTimeout, TimeSpan.Zero);
    }
}
