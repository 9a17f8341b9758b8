using System.Collections.Concurrent;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// The calls that one loop has ended in a round, on their way to the thread pool. They leave in groups, the last at the end of the round: a pool thread
/// that is woken for each answer takes the loop's processor while the loop still has answers to read.
/// </summary>
/// <remarks>
/// One work item serves the queue, and asks for a second before it begins if there is more than one call: code that follows a call may
/// block, and the others' must not wait for it.
/// </remarks>
internal sealed class CompletionQueue : IFlushable, IThreadPoolWorkItem
{
    /// <summary>So many calls, then the pool's other work has its turn (arbitrary).</summary>
    private const int MaxCallsPerTurn = 64;

    /// <summary>So many calls are not kept until the round ends, which may have many more answers to read (arbitrary: a few take less time than waking).</summary>
    private const int MaxCallsKept = 16;

    [ThreadStatic]
    private static CompletionQueue? t_ofLoop;

    private readonly ConcurrentQueue<AwaitedCall> _ended = new();
    private readonly EventLoop _loop;
    private bool _isFlushRequested;
    private int _kept;
    private int _isScheduled;

    private CompletionQueue(EventLoop loop) => _loop = loop;

    /// <summary>Has what follows the call run on the thread pool. Any thread; on a loop by the end of its round.</summary>
    public static void Complete(AwaitedCall call)
    {
        if (EventLoop.Current is { } loop)
        {
            (t_ofLoop ??= new CompletionQueue(loop)).Add(call);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
        }
    }

    public void Flush()
    {
        _isFlushRequested = false;
        _kept = 0;
        Schedule();
    }

    public void Execute()
    {
        // Before the queue is looked at: whoever adds afterwards schedules again.
        Interlocked.Exchange(ref _isScheduled, 0);
        if (!_ended.TryDequeue(out AwaitedCall? call))
        {
            return;
        }

        if (!_ended.IsEmpty)
        {
            Schedule();
        }

        int count = 0;
        do
        {
            call.Execute();
        }
        while (++count < MaxCallsPerTurn && _ended.TryDequeue(out call));

        if (!_ended.IsEmpty)
        {
            Schedule();
        }
    }

    private void Add(AwaitedCall call)
    {
        _ended.Enqueue(call);
        if (++_kept == MaxCallsKept)
        {
            _kept = 0;
            Schedule();
        }
        else if (!_isFlushRequested)
        {
            _isFlushRequested = true;
            _loop.RequestFlush(this);
        }
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
