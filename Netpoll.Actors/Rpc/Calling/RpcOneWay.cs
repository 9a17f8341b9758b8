using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>A method without an answer, as its callers see it. Any thread.</summary>
public sealed class RpcOneWay<TRequest>
{
    private readonly RpcChannel _channel;
    private readonly RpcMethodCalls<TRequest> _calls;

    internal RpcOneWay(RpcChannel channel, string name, IRpcSerializer serializer)
    {
        _channel = channel;
        _calls = new RpcMethodCalls<TRequest>(name, isOneWay: true, serializer.For<TRequest>());
    }

    /// <summary>Sends a request that nothing answers. Ends when it is handed to a connection: whether it arrives, nobody says.</summary>
    /// <param name="request">What the method is given.</param>
    /// <param name="timeout">How long it may wait for a connection, and then for its turn at the server; null for no limit.</param>
    /// <param name="cancellationToken">Stops waiting for a connection.</param>
    /// <exception cref="RpcStatusException">No connection took it in time: <see cref="RpcStatus.DeadlineExceeded"/>.</exception>
    /// <exception cref="RpcConnectionException">There is no connection.</exception>
    /// <exception cref="RpcRefusedException">Too many calls are open or waiting, or the server is taken for dead.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask SendAsync(TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendAsync(request, new RpcCallOptions(timeout), cancellationToken);

    /// <inheritdoc cref="SendAsync(TRequest, TimeSpan?, CancellationToken)"/>
    /// <param name="request">What the method is given.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="cancellationToken">Stops waiting for a connection.</param>
    public async ValueTask SendAsync(TRequest request, RpcCallOptions options, CancellationToken cancellationToken = default)
    {
        ClientTrace trace = ClientTrace.Start(_calls.Name);
        try
        {
            using Response nothing = await _calls.CallAsync(_channel, request, options, trace, cancellationToken).ConfigureAwait(false);
            trace.Stop();
        }
        catch (Exception failure)
        {
            _calls.OnFailed(failure, trace);
            throw;
        }
    }
}
