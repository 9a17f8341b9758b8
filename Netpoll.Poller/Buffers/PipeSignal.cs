using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Netpoll.Poller.Buffers;

/// <summary>One side's wait in a <see cref="LinkBufferPipe"/>: a reusable awaitable that resumes its waiter on a scheduler and then asks for the result.</summary>
/// <remarks>The pipe decides under its lock who ends a wait, and ends it outside: <see cref="Set"/> is called once for each <see cref="Begin"/>.</remarks>
internal sealed class PipeSignal<T>(PipeScheduler scheduler, Func<T> getResult) : IValueTaskSource<T>, IThreadPoolWorkItem
{
    private readonly PipeScheduler _scheduler = scheduler;
    private readonly Func<T> _getResult = getResult;

    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;

    /// <summary>Begins a wait. Under the pipe's lock.</summary>
    public ValueTask<T> Begin()
    {
        _core.Reset();
        return new ValueTask<T>(this, _core.Version);
    }

    /// <summary>
    /// Has a wait that began ended by a token. Called before the waiter gets its task, so before <c>GetResult</c>; and not under the pipe's
    /// lock: the callback takes it, at once for a token that is cancelled already.
    /// </summary>
    public void CancelWith(Action<object?, CancellationToken> cancel, object state, CancellationToken token) =>
        _registration = token.UnsafeRegister(cancel, state);

    /// <summary>Ends the wait.</summary>
    public void Set()
    {
        if (_scheduler == PipeScheduler.Inline)
        {
            _core.SetResult(true);
        }
        else if (_scheduler == PipeScheduler.ThreadPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _scheduler.Schedule(static state => ((PipeSignal<T>)state!)._core.SetResult(true), this);
        }
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    T IValueTaskSource<T>.GetResult(short token)
    {
        _core.GetResult(token);
        _registration.Dispose();
        _registration = default;
        return _getResult();
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
