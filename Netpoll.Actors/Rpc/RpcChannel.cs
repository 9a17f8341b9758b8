using System.Buffers;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// The fast way to call a server: a task for each call instead of a message. An <see cref="RpcClient"/> stands behind it and keeps the
/// connections, and what is said there of connecting and failing holds here. Any thread; many calls at once.
/// </summary>
/// <remarks>
/// A call goes from the caller's thread straight to the connection's event loop. In the long run it allocates nothing: the object that is its
/// task also keeps the request and the answer, and is used again once the <see cref="Response"/> is disposed of. So await each call
/// exactly once, as every <see cref="ValueTask{TResult}"/>.
/// </remarks>
public sealed class RpcChannel : IAsyncDisposable
{
    private static int s_created;

    private readonly CallRouter _router;

    internal RpcChannel(NetpollExtension netpoll, IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions? options)
    {
        RpcClient.Check(addresses, codec, options);
        options ??= RpcClientOptions.Default;
        _router = CallRouter.For(options, netpoll.NextPoller().Loop, addresses.Count);
        Client = netpoll.System.ActorOf(
            RpcClient.Props(addresses, codec, options, _router), $"netpoll-rpc-{Interlocked.Increment(ref s_created)}");
    }

    /// <summary>The client actor behind the channel.</summary>
    public IActorRef Client { get; }

    /// <summary>Calls the server.</summary>
    /// <param name="payload">The request's bytes, which are copied.</param>
    /// <param name="timeout">How long to wait for the answer; null for no limit.</param>
    /// <param name="cancellationToken">Stops waiting. The connection stays usable: an answer that comes later is dropped.</param>
    /// <returns>The answer, which the caller disposes of.</returns>
    /// <exception cref="TimeoutException">No answer within the time.</exception>
    /// <exception cref="RpcConnectionException">There is no connection, or it ended before the answer came.</exception>
    /// <exception cref="RpcRefusedException">Too many calls are open or waiting, or the server is taken for dead.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<Response> CallAsync(ReadOnlySpan<byte> payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(payload, new CallOptions(timeout), cancellationToken);

    /// <inheritdoc cref="CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>
    public ValueTask<Response> CallAsync(in ReadOnlySequence<byte> payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(payload, new CallOptions(timeout), cancellationToken);

    /// <inheritdoc cref="CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>
    /// <param name="payload">The request's bytes, which are copied.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="cancellationToken">Stops waiting. The connection stays usable: an answer that comes later is dropped.</param>
    public ValueTask<Response> CallAsync(ReadOnlySpan<byte> payload, in CallOptions options, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Response>(cancellationToken);
        }

        AwaitedCall call = AwaitedCall.Rent(_router.Options.ContinueOnLoop);
        call.Prepare(payload, options);
        return Make(call, cancellationToken);
    }

    /// <inheritdoc cref="CallAsync(ReadOnlySpan{byte}, in CallOptions, CancellationToken)"/>
    public ValueTask<Response> CallAsync(in ReadOnlySequence<byte> payload, in CallOptions options, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Response>(cancellationToken);
        }

        AwaitedCall call = AwaitedCall.Rent(_router.Options.ContinueOnLoop);
        call.Prepare(payload, options);
        return Make(call, cancellationToken);
    }

    /// <summary>
    /// Calls the server for a stream of answers, where the protocol has such (<see cref="ReplyStatus.Item"/>). The call is made when the enumeration
    /// begins, and is cancelled when it ends early. It is made again, where that is allowed, only while nothing has come.
    /// </summary>
    /// <param name="payload">The request's bytes; not to be changed before the enumeration has begun.</param>
    /// <param name="options">What is special about the call. The time-out is for the whole stream.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The answers, in order; each is the reader's to keep. How many wait to be read is bounded: <see cref="RpcClientOptions.MaxUnreadBytes"/>.</returns>
    /// <exception cref="RpcOverflowException">They came faster than they were read, and the server could not be held back.</exception>
    /// <inheritdoc cref="CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        ReadOnlyMemory<byte> payload, CallOptions options = default, CancellationToken cancellationToken = default) =>
        StreamAsync(payload, options, onEnd: null, cancellationToken);

    /// <inheritdoc cref="StreamAsync(ReadOnlyMemory{byte}, CallOptions, CancellationToken)"/>
    /// <param name="payload">The request's bytes; not to be changed before the enumeration has begun.</param>
    /// <param name="options">What is special about the call. The time-out is for the whole stream.</param>
    /// <param name="onEnd">Gets the frame with which the stream has ended well; null for nobody.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        ReadOnlyMemory<byte> payload,
        CallOptions options,
        Action<ReadOnlyMemory<byte>>? onEnd,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using StreamedCall call = new(_router.Options.MaxUnreadBytes, HasStreamWindows);
        call.Prepare(payload.Span, options);
        _router.Route(call);
        while (await call.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            while (call.TryRead(out byte[]? item))
            {
                yield return item;
            }
        }

        onEnd?.Invoke(call.End);
    }

    /// <summary>How the client does at the moment.</summary>
    public RpcStats GetStats() => _router.Counters.Read(_router.InFlight);

    /// <summary>Takes no more calls, waits until those that are open have ended, then closes.</summary>
    /// <param name="timeout">How long to wait; then the open calls fail.</param>
    /// <exception cref="AskTimeoutException">The client has stopped already.</exception>
    /// <returns>How many were still open when the time was over.</returns>
    public async Task<int> DrainAsync(TimeSpan timeout)
    {
        // The client answers in time. The limit is for one that has stopped already, whose mailbox answers nothing.
        TimeSpan limit = timeout + TimeSpan.FromSeconds(10);
        ClientDrained drained = await Client.Ask<ClientDrained>(new DrainClient(timeout), limit).ConfigureAwait(false);
        return drained.Unanswered;
    }

    /// <summary>Closes the connections; open calls fail. Ends when the client has stopped.</summary>
    public async ValueTask DisposeAsync() => await Client.GracefulStop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);

    // A stream that has its connection to itself is held back by the connection.
    private bool HasStreamWindows => !_router.Options.Connections.IsPool && _router.Options.Protocol.HasStreamWindows;

    private ValueTask<Response> Make(AwaitedCall call, CancellationToken cancellationToken)
    {
        // Before it goes its way: by the time that routing returns it may have ended.
        ValueTask<Response> result = call.Result;
        call.CancelWith(cancellationToken);
        _router.Route(call);
        return result;
    }
}

/// <summary>Calling servers from an actor system.</summary>
public static class RpcChannelExtensions
{
    /// <summary>Connects to a server, for <see cref="RpcChannel.CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>. Returns at once; calls wait for the connection.</summary>
    /// <param name="netpoll">The system's Netpoll.</param>
    /// <param name="address">The server.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults.</param>
    public static RpcChannel Rpc(this NetpollExtension netpoll, NetAddress address, IFrameCodec codec, RpcClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new RpcChannel(netpoll, [address], codec, options);
    }

    /// <summary>Connects to several servers that do the same.</summary>
    /// <param name="netpoll">The system's Netpoll.</param>
    /// <param name="addresses">The servers, at least one.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults.</param>
    public static RpcChannel Rpc(
        this NetpollExtension netpoll, IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions? options = null) =>
        new(netpoll, addresses, codec, options);
}
