using System.Runtime.CompilerServices;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>A method that answers with a value, as its callers see it. Any thread; many calls at once.</summary>
public sealed class RpcUnary<TRequest, TResponse>
{
    private readonly RpcChannel _channel;
    private readonly RpcMethodCalls<TRequest> _calls;
    private readonly IRpcFormatter<TResponse> _answers;

    internal RpcUnary(RpcChannel channel, string name, IRpcSerializer serializer)
    {
        _channel = channel;
        _calls = new RpcMethodCalls<TRequest>(name, isOneWay: false, serializer.For<TRequest>());
        _answers = serializer.For<TResponse>();
    }

    /// <summary>Calls the method.</summary>
    /// <param name="request">What it is given.</param>
    /// <param name="timeout">How long to wait for the answer; null for no limit. The server is told.</param>
    /// <param name="cancellationToken">Stops waiting, and tells the server. The connection stays usable.</param>
    /// <returns>The answer. Await it exactly once.</returns>
    /// <exception cref="RpcStatusException">The server says that the call failed, or the time is over: <see cref="RpcStatus.DeadlineExceeded"/>, whichever side noticed.</exception>
    /// <exception cref="RpcConnectionException">There is no connection, or it ended before the answer came.</exception>
    /// <exception cref="RpcRefusedException">Too many calls are open or waiting, or the server is taken for dead.</exception>
    /// <exception cref="RpcException">The answer could not be read, or is a stream.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<TResponse> CallAsync(TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(request, new RpcCallOptions(timeout), cancellationToken);

    /// <inheritdoc cref="CallAsync(TRequest, TimeSpan?, CancellationToken)"/>
    /// <param name="request">What it is given.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="cancellationToken">Stops waiting, and tells the server. The connection stays usable.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResponse> CallAsync(TRequest request, RpcCallOptions options, CancellationToken cancellationToken = default)
    {
        ClientTrace trace = ClientTrace.Start(_calls.Name);
        try
        {
            using Response response = await _calls.CallAsync(_channel, request, options, trace, cancellationToken).ConfigureAwait(false);
            TResponse answer = _calls.Read(_answers, response.Payload);
            trace.Stop();
            return answer;
        }
        catch (Exception failure)
        {
            _calls.OnFailed(failure, trace);
            throw;
        }
    }

    /// <summary>Calls the method, and gives what travelled with its answer too. Costs nothing more unless something did.</summary>
    /// <inheritdoc cref="CallAsync(TRequest, RpcCallOptions, CancellationToken)"/>
    /// <returns>The answer with its metadata. Await it exactly once. That of a failure is in <see cref="RpcStatusException.Metadata"/>.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RpcAnswer<TResponse>> CallWithMetadataAsync(
        TRequest request, RpcCallOptions options = default, CancellationToken cancellationToken = default)
    {
        ClientTrace trace = ClientTrace.Start(_calls.Name);
        try
        {
            using Response response = await _calls.CallAsync(_channel, request, options, trace, cancellationToken).ConfigureAwait(false);
            RpcAnswer<TResponse> answer = new(
                _calls.Read(_answers, response.Payload), RpcMethodCalls<TRequest>.ReadMetadata(response.Frame));
            trace.Stop();
            return answer;
        }
        catch (Exception failure)
        {
            _calls.OnFailed(failure, trace);
            throw;
        }
    }
}
