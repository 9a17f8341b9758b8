using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
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
    /// kernel's socket buffer holds). From it on the connection is not read, and its handler hears that it is not writable.
    /// </summary>
    public long OutputHighWaterBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Down to so many unsent bytes a connection above the high-water mark is held back; at least 0 and less than that. Null, the default,
    /// for half of it.
    /// </summary>
    public long? OutputLowWaterBytes { get; init; }

    /// <summary>
    /// The most requests of all connections together that are with handlers, told and not returned from; null, the default, for no limit
    /// besides that of each connection. <see cref="WhenOverloaded"/> says what happens to one more.
    /// </summary>
    public int? MaxQueuedRequests { get; init; }

    /// <summary>What happens to a request above <see cref="MaxQueuedRequests"/>. Neither way holds up an event loop.</summary>
    public OverloadPolicy WhenOverloaded { get; init; }

    /// <summary>
    /// Says whether a connection is to be served: false resets it, before any handler hears of it. For rate limits and lists of addresses. Called
    /// on the connection's event loop, so it must not block; loops call it at the same time. Null, the default, for every connection.
    /// </summary>
    public Func<ConnectionRef, bool>? Prepare { get; init; }

    /// <summary>
    /// The payload of the answer to a request that failed: its handler threw, or called <c>Fail</c>, or it was shed. Called on the
    /// connection's event loop. Without it, the default, or when it returns null, the connection closes once the older answers have left.
    /// </summary>
    public Func<Exception, ReadOnlyMemory<byte>?>? FailureReply { get; init; }

    /// <summary>
    /// What the listener does when one of its connections fails, for example because its handler's failure was escalated, or one of its
    /// shared handlers. <see cref="Directive.Restart"/> restarts a handler and ends a connection, whose socket is gone. Null for Akka's default,
    /// which is just that.
    /// </summary>
    public SupervisorStrategy? Strategy { get; init; }

    /// <summary>
    /// How long a handler's <c>OnConnected</c> may take, with its handshake; null, the default, for no limit. Later the connection closes with
    /// <see cref="CloseReason.HandshakeTimeout"/>, and a handler of its own is stopped.
    /// </summary>
    public TimeSpan? HandshakeTimeout { get; init; }

    /// <summary>
    /// How long a connection may stay open without a byte received or an answer written, while no request is in flight; null, the default, for
    /// ever. To find peers that are gone without a word see <see cref="SocketOptions.KeepAlive"/>.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How long a peer may take from the first byte of a frame to its last, while it is read; null, the default, for no limit.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>How long a peer may take no byte of what waits for it; null, the default, for no limit. Later the connection is reset.</summary>
    public TimeSpan? WriteTimeout { get; init; }

    /// <summary>How old a connection may become; null, the default, for any age. What is in flight then is still answered.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>
    /// How long a connection that reads no more, because the peer has closed its side for example, waits for the answers to the requests in
    /// flight, and for a <see cref="PipeHandler"/> from the last that it wrote on; null for no limit. Defaults to a minute (arbitrary).
    /// </summary>
    public TimeSpan? HalfCloseTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a connection that closes waits for its peer to take the last bytes, and its socket then for the peer to close too. Defaults to 10
    /// seconds (arbitrary). With zero a close waits for nothing, and input that was not read makes it a reset.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether answers leave in the order of the requests, as protocols without ids ask for. Defaults to true. If false they leave as they
    /// are given, and each says itself which request it is for.
    /// </summary>
    public bool AnswersInOrder { get; init; } = true;

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
    /// How long <see cref="Messages.Drain"/> lets requests in flight and their answers take before the connections that are left are ended, and
    /// closed sockets linger (see <see cref="LingerTimeout"/>) before nobody waits for them any more. Defaults to 4 seconds: less
    /// than the 5 seconds that a phase of the coordinated shutdown has by default.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(4);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputHighWaterBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(OutputLowWaterBytes ?? 0, nameof(OutputLowWaterBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(OutputLowWaterBytes ?? 0, OutputHighWaterBytes, nameof(OutputLowWaterBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedRequests ?? 1, 1, nameof(MaxQueuedRequests));
        ArgumentOutOfRangeException.ThrowIfLessThan(LingerTimeout, TimeSpan.Zero);
        ThrowIfNotPositive(HandshakeTimeout, nameof(HandshakeTimeout));
        ThrowIfNotPositive(IdleTimeout, nameof(IdleTimeout));
        ThrowIfNotPositive(ReadTimeout, nameof(ReadTimeout));
        ThrowIfNotPositive(WriteTimeout, nameof(WriteTimeout));
        ThrowIfNotPositive(MaxLifetime, nameof(MaxLifetime));
        ThrowIfNotPositive(HalfCloseTimeout, nameof(HalfCloseTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTimeout, TimeSpan.Zero);
        Limits.Validate();
    }

    internal ConnectionSettings ToSettings(Framing.IFrameCodec codec) =>
        new(codec, MaxFrameBytes, MaxInFlightPerConnection, OutputHighWaterBytes, LingerTimeout, Limits.OutputBudget, AnswersInOrder)
        {
            OutputLowWaterBytes = OutputLowWaterBytes ?? OutputHighWaterBytes / 2,
            Limits = new TimeLimits(HandshakeTimeout, IdleTimeout, ReadTimeout, WriteTimeout, MaxLifetime, HalfCloseTimeout),
            Prepare = Prepare,
            FailureReply = FailureReply,
            Queue = MaxQueuedRequests is { } capacity ? new HandlerQueue(capacity, WhenOverloaded) : null,
        };

    private static void ThrowIfNotPositive(TimeSpan? time, string name) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time ?? TimeSpan.MaxValue, TimeSpan.Zero, name);
}
