using System.Threading.Tasks.Sources;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A call by <see cref="RpcChannel.CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>: the answer completes a task. The object is
/// the task's source, the keeper of its request and of its answer, and the work item of what follows; it goes back to a cache when its
/// answer is disposed of, so that a call allocates nothing.
/// </summary>
internal sealed class AwaitedCall : PendingCall, IValueTaskSource<Response>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<Response> _result;
    private CancellationTokenRegistration _cancellation;
    private bool _hasCancellation;
    private bool _isReusable;
    private bool _continuesOnLoop;
    private Response _response;
    private Exception? _failure;

    private AwaitedCall()
    {
    }

    public ValueTask<Response> Result => new(this, _result.Version);

    /// <summary>A call that is as new.</summary>
    public static AwaitedCall Rent(bool continuesOnLoop)
    {
        AwaitedCall call = CallCache<AwaitedCall>.TryRent() ?? new AwaitedCall();
        call._continuesOnLoop = continuesOnLoop;
        return call;
    }

    /// <summary>Has it end with the token. Before it is routed.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _hasCancellation = true;
            _cancellation = cancellationToken.UnsafeRegister(static (call, token) => ((AwaitedCall)call!).Cancel(token), this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _result.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    public Response GetResult(short token)
    {
        bool isFailure = _result.GetStatus(token) is ValueTaskSourceStatus.Faulted or ValueTaskSourceStatus.Canceled;
        try
        {
            return _result.GetResult(token);
        }
        finally
        {
            // An answer still needs the call, until it is disposed of.
            if (isFailure)
            {
                OnAnswerReleased();
            }
        }
    }

    /// <summary>Runs what follows the call.</summary>
    public void Execute()
    {
        if (_failure is { } failure)
        {
            _result.SetException(failure);
        }
        else
        {
            _result.SetResult(_response);
        }
    }

    protected override void Finish(in Response response)
    {
        _response = response;
        Finish(mayReuse: true);
    }

    protected override void Finish(Exception error)
    {
        _failure = error;
        Finish(mayReuse: true);
    }

    protected override void OnAnswerReleased()
    {
        if (!_isReusable)
        {
            return;
        }

        Reset();
        _result.Reset();
        (_response, _failure) = (default, null);
        (_cancellation, _hasCancellation, _isReusable) = (default, false, false);
        CallCache<AwaitedCall>.Return(this);
    }

    private void Finish(bool mayReuse)
    {
        // A token that no longer lets go is just about to cancel: it would find the next call in this one's place.
        _isReusable = mayReuse && (!_hasCancellation || _cancellation.Unregister());
        if (_continuesOnLoop)
        {
            Execute();
        }
        else
        {
            CompletionQueue.Complete(this);
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (!TryEnd())
        {
            return;
        }

        _failure = new OperationCanceledException(cancellationToken);
        EndTrace(_failure);
        Router?.OnCancelled(this);

        // Never on the loop: the token's thread is whose it is.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
