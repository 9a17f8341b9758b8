using System.Buffers;
using System.Runtime.CompilerServices;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>A method that answers with a stream, as its callers see it. Any thread; many streams at once.</summary>
public sealed class RpcStream<TRequest, TItem>
{
    private readonly RpcChannel _channel;
    private readonly RpcMethodCalls<TRequest> _calls;
    private readonly IRpcFormatter<TItem> _items;

    internal RpcStream(RpcChannel channel, string name, IRpcSerializer serializer)
    {
        _channel = channel;
        _calls = new RpcMethodCalls<TRequest>(name, isOneWay: false, serializer.For<TRequest>());
        _items = serializer.For<TItem>();
    }

    /// <summary>Calls the method when the enumeration begins. Leaving the loop early cancels the call.</summary>
    /// <param name="request">What it is given; not to be changed before the enumeration has begun.</param>
    /// <param name="timeout">How long the whole stream may take; null for no limit. The server is told.</param>
    /// <param name="cancellationToken">Ends the stream, and tells the server.</param>
    /// <exception cref="RpcStatusException">The server says that the call failed, or the time is over. Thrown behind the items that came before.</exception>
    /// <exception cref="RpcOverflowException">The server sent more than it may: see <see cref="RpcClientOptions.MaxUnreadBytes"/>.</exception>
    /// <exception cref="RpcConnectionException">There is no connection, or it ended before the stream did.</exception>
    /// <exception cref="RpcRefusedException">Too many calls are open or waiting, or the server is taken for dead.</exception>
    /// <exception cref="RpcException">An item could not be read, or the answer is no stream.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<TItem> CallAsync(TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(request, new RpcCallOptions(timeout), cancellationToken);

    /// <inheritdoc cref="CallAsync(TRequest, TimeSpan?, CancellationToken)"/>
    /// <param name="request">What it is given; not to be changed before the enumeration has begun.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="cancellationToken">Ends the stream, and tells the server.</param>
    public async IAsyncEnumerable<TItem> CallAsync(
        TRequest request, RpcCallOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> written = _calls.Write(request);
        ClientTrace trace = ClientTrace.Start(_calls.Name);
        Exception? end = new OperationCanceledException("The stream was left before its end.");
        IAsyncEnumerator<ReadOnlyMemory<byte>> items = _channel
            .StreamAsync(written, _calls.OptionsOf(options, trace), OnEnd(options), cancellationToken)
            .GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (true)
            {
                TItem item;
                try
                {
                    if (!await items.MoveNextAsync().ConfigureAwait(false))
                    {
                        end = null;
                        break;
                    }

                    item = _calls.Read(_items, new ReadOnlySequence<byte>(items.Current));
                }
                catch (Exception failure)
                {
                    end = _calls.Told(failure);
                    if (end != failure)
                    {
                        throw end;
                    }

                    throw;
                }

                yield return item;
            }
        }
        finally
        {
            trace.Stop(end);
            await items.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Action<ReadOnlyMemory<byte>>? OnEnd(RpcCallOptions options) => options.OnStreamEnd is { } tell
        ? frame => tell(RpcMethodCalls<TRequest>.ReadMetadata(new ReadOnlySequence<byte>(frame)))
        : null;
}
