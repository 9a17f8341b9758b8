using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>How a client connects and what it allows. Immutable; may serve several clients.</summary>
public sealed record RpcClientOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static RpcClientOptions Default { get; } = new();

    /// <summary>How long connecting may take, the resolver included. Defaults to 5 seconds (arbitrary).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest frame of an answer in bytes, at least 1. Defaults to 16 MiB. A longer one ends the connection.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The most calls that may be open at once on one connection, and the most that may wait for a connection; at least 1. Defaults to 16,384
    /// (arbitrary). More fail at once with <see cref="RpcRefusedException"/>.
    /// </summary>
    public int MaxPendingCalls { get; init; } = 16_384;

    /// <summary>
    /// How many bytes of a stream's items may wait to be read, at least 1; the last item may go beyond. Defaults to 1 MiB (arbitrary). When more wait,
    /// a pool's connection is not read until half of them are gone, so that the server is held back. On a connection that carries other calls too the
    /// server is told how much it may send, the largest power of 2 that this allows, if the protocol can say so; where it cannot, or the server
    /// sends more all the same, the stream ends, with <see cref="RpcOverflowException"/> behind the items that have come.
    /// </summary>
    public int MaxUnreadBytes { get; init; } = 1024 * 1024;

    /// <summary>How calls and answers find each other. Defaults to <see cref="CallProtocols.InOrder"/>.</summary>
    public ICallProtocol Protocol { get; init; } = CallProtocols.InOrder;

    /// <summary>How connections are used. Defaults to one, with many calls in flight.</summary>
    public ConnectionPolicy Connections { get; init; } = ConnectionPolicy.Mux();

    /// <summary>Which of several servers gets the next call. Defaults to <see cref="EndpointSelection.RoundRobin"/>.</summary>
    public EndpointSelection Selection { get; init; } = EndpointSelection.RoundRobin;

    /// <summary>
    /// The waits between attempts to connect to a server that is not there; null never to connect again. Defaults to
    /// <see cref="BackOff.Default"/>. A connection that was of use is replaced at once when it ends; waiting begins with the first failure.
    /// </summary>
    public BackOff? Reconnect { get; init; } = BackOff.Default;

    /// <summary>When to make a failed call again. Defaults to null: never.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>When to take a server for dead that lets calls time out. Defaults to null: never.</summary>
    public CircuitPolicy? Circuit { get; init; }

    /// <summary>
    /// With a protocol without ids: how long a connection may stay without the answer to a call that nobody waits for any more, before it is
    /// closed. Such an answer is in the way of all that follow. Defaults to 30 seconds (arbitrary).
    /// </summary>
    public TimeSpan LateAnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether what follows an awaited call runs on the event loop, as its answer is read, and not on the thread pool. Saves two changes of
    /// thread per call; but while it runs, no connection of that loop is read, so it must be short and must never block. Defaults to false.
    /// </summary>
    public bool ContinueOnLoop { get; init; }

    /// <summary>What is set on the socket.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Protocol);
        ArgumentNullException.ThrowIfNull(Connections);
        ArgumentOutOfRangeException.ThrowIfNegative(Protocol.IdBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Protocol.IdBytes, sizeof(ulong));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnreadBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LateAnswerTimeout, TimeSpan.Zero);
        Reconnect?.Validate();
        Retry?.Validate();
        Circuit?.Validate();
    }
}
