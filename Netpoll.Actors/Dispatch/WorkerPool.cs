using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A fixed number of threads that run work items from one queue, first in, first out. A thread is woken only when work waits and none is
/// on its way: it then wakes the next one itself if more waits than it can take. Any thread may add work.
/// </summary>
internal sealed class WorkerPool
{
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private readonly BlockPool _blocks;
    private readonly Action<Exception> _onWorkItemFailed;

    // Guarded by the gate.
    private readonly Queue<IThreadPoolWorkItem> _queue = new(256);
    private int _parked;
    private bool _isWaking;
    private bool _isStopped;

    /// <param name="name">The threads are called this and a number.</param>
    /// <param name="count">How many threads, at least 1. They start at once and stay.</param>
    /// <param name="blocks">Where blocks that handlers release go back to.</param>
    /// <param name="onWorkItemFailed">Gets what a work item threw; the thread goes on.</param>
    public WorkerPool(string name, int count, BlockPool blocks, Action<Exception> onWorkItemFailed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_blocks, _onWorkItemFailed) = (blocks, onWorkItemFailed);
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{name}-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many threads there are.</summary>
    public int Count => _threads.Length;

    /// <summary>Queues work. Never blocks for longer than others need to add theirs; after <see cref="Stop"/> the thread pool takes it.</summary>
    public void Execute(IThreadPoolWorkItem work)
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                _queue.Enqueue(work);
                WakeOne();
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    /// <summary>Ends the threads once the queue is empty. Returns at once.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        using BlockCache cache = _blocks.CreateCache();
        cache.EnterThread();
        while (TakeNext() is { } work)
        {
            try
            {
                work.Execute();
            }
            catch (Exception failure)
            {
                _onWorkItemFailed(failure);
            }
        }

        cache.ExitThread();
    }

    private IThreadPoolWorkItem? TakeNext()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_isStopped)
                {
                    return null;
                }

                _parked++;
                Monitor.Wait(_gate);
                _parked--;
                _isWaking = false;
            }

            IThreadPoolWorkItem work = _queue.Dequeue();
            if (_queue.Count > 0)
            {
                WakeOne();
            }

            return work;
        }
    }

    // One wake-up at a time: a burst of work costs one, and the threads that are really needed follow one another.
    private void WakeOne()
    {
        if (_parked > 0 && !_isWaking)
        {
            _isWaking = true;
            Monitor.Pulse(_gate);
        }
    }
}
