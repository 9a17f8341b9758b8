using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A fixed number of threads that run work items from one queue, first in, first out. Any thread may add work.
/// </summary>
/// <remarks>
/// As many run as there are processors: more would only take them from each other, and each wake-up costs two changes of thread. The
/// others are for work that blocks. One of them watches: when work waits and none was begun for <see cref="StallMillis"/>, those that
/// run are taken for blocked and one more may run. When nothing runs nobody watches, so that an idle pool costs nothing.
/// <para>
/// An event loop that gives work while every processor is taken wakes nobody before the end of its round: whoever it woke would only
/// interrupt it, take the one item, and wait again. On one core that was a change of thread for every request.
/// </para>
/// </remarks>
internal sealed class WorkerPool : IFlushable
{
    /// <summary>How long the queue may stand still before another thread helps, in milliseconds (arbitrary: a few times a scheduler's tick).</summary>
    private const int StallMillis = 5;

    /// <summary>How long a thread is parked before it gives half of the blocks that it keeps to others, in milliseconds: as event loops do.</summary>
    private const int TrimMillis = 1_000;

    // On a loop's thread: the pool that last asked for the end of the round. Several may ask, and one twice, which is harmless.
    [ThreadStatic]
    private static WorkerPool? t_wakesAtEndOfRound;

    private readonly Lock _gate = new();
    private readonly BlockPool _blocks;
    private readonly Action<Exception> _onWorkItemFailed;
    private readonly Action? _onThreadStarted;
    private readonly int _usualLimit;

    // Guarded by the gate.
    private readonly Queue<IThreadPoolWorkItem> _queue = new(256);
    private readonly Stack<Worker> _parked = new();
    private Worker? _watcher;
    private int _running;
    private int _limit;
    private long _begun;
    private bool _isStopped;

    /// <param name="name">The threads are called this and a number.</param>
    /// <param name="count">How many threads, at least 1. They start at once and stay.</param>
    /// <param name="blocks">Where blocks that handlers release go back to.</param>
    /// <param name="onWorkItemFailed">Gets what a work item threw; the thread goes on.</param>
    /// <param name="onThreadStarted">Called once on each thread, before its first work item.</param>
    public WorkerPool(string name, int count, BlockPool blocks, Action<Exception> onWorkItemFailed, Action? onThreadStarted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Count, _blocks, _onWorkItemFailed, _onThreadStarted) = (count, blocks, onWorkItemFailed, onThreadStarted);
        _usualLimit = _limit = Math.Min(count, Environment.ProcessorCount);
        for (int i = 0; i < count; i++)
        {
            Worker worker = new();
            _parked.Push(worker);
            new Thread(() => Live(worker)) { IsBackground = true, Name = $"{name}-{i}" }.Start();
        }
    }

    /// <summary>How many threads there are.</summary>
    public int Count { get; }

    /// <summary>How many work items wait.</summary>
    public int QueueLength
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>How many threads run at the moment, the blocked ones included.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Queues work. Never blocks for longer than others need to add theirs; after <see cref="Stop"/> the thread pool takes it.</summary>
    public void Execute(IThreadPoolWorkItem work)
    {
        EventLoop? loop = EventLoop.Current;
        bool wakesLater = loop is not null && ProcessorBudget.IsSpent;
        Worker? runner = null;
        Worker? watcher = null;
        lock (_gate)
        {
            if (_isStopped)
            {
                ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
                return;
            }

            _queue.Enqueue(work);
            if (!wakesLater)
            {
                runner = PickRunner();
                watcher = PickWatcher();
            }
        }

        if (!wakesLater)
        {
            runner?.Wake(WorkerRole.Run);
            watcher?.Wake(WorkerRole.Watch);
        }
        else if (t_wakesAtEndOfRound != this)
        {
            t_wakesAtEndOfRound = this;
            loop!.RequestFlush(this);
        }
    }

    /// <summary>The end of a loop's round: wakes for what was queued in it.</summary>
    void IFlushable.Flush()
    {
        t_wakesAtEndOfRound = null;
        Worker? runner = null;
        Worker? watcher = null;
        lock (_gate)
        {
            if (_queue.Count > 0)
            {
                runner = PickRunner();
                watcher = PickWatcher();
            }
        }

        runner?.Wake(WorkerRole.Run);
        watcher?.Wake(WorkerRole.Watch);
    }

    /// <summary>Ends the threads once the queue is empty. Returns at once.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _limit = Count;
            while (PickRunner() is { } runner)
            {
                runner.Wake(WorkerRole.Run);
            }
        }
    }

    private void Live(Worker worker)
    {
        using BlockCache cache = _blocks.CreateCache();
        cache.EnterThread();
        _onThreadStarted?.Invoke();
        WorkerRole role = Park(worker, cache);
        while (role == WorkerRole.Watch ? TryWatch(worker) : TryRun(worker))
        {
            role = Park(worker, cache);
        }

        cache.ExitThread();
    }

    // Not for ever at once: while the thread is parked nobody else can get at the blocks that it keeps.
    private static WorkerRole Park(Worker worker, BlockCache cache)
    {
        while (cache.HoldsBlocks)
        {
            if (worker.TryPark(TrimMillis, out WorkerRole wokenFor))
            {
                return wokenFor;
            }

            cache.Trim();
        }

        return worker.Park();
    }

    /// <summary>Runs work until there is none, or too many run. False when the pool has ended.</summary>
    private bool TryRun(Worker worker)
    {
        ProcessorBudget.Enter();
        while (TakeWork(worker, out Worker? another) is { } work)
        {
            another?.Wake(WorkerRole.Run);
            try
            {
                work.Execute();
            }
            catch (Exception failure)
            {
                _onWorkItemFailed(failure);
            }
        }

        ProcessorBudget.Leave();
        return !Volatile.Read(ref _isStopped);
    }

    private IThreadPoolWorkItem? TakeWork(Worker worker, out Worker? another)
    {
        lock (_gate)
        {
            another = null;
            if (_queue.Count > 0 && _running <= _limit)
            {
                _begun++;
                IThreadPoolWorkItem work = _queue.Dequeue();
                another = _queue.Count > 0 ? PickRunner() : null;
                return work;
            }

            _running--;
            if (!_isStopped)
            {
                _parked.Push(worker);
            }

            return null;
        }
    }

    /// <summary>Looks now and then whether the queue moves, until woken for something else or there is nothing to watch. False when the pool has ended.</summary>
    private bool TryWatch(Worker worker)
    {
        long begunBefore = -1;
        Worker? nextWatcher;
        while (true)
        {
            if (worker.TryPark(StallMillis, out WorkerRole wokenFor) && wokenFor == WorkerRole.Run)
            {
                return TryRun(worker);
            }

            lock (_gate)
            {
                if (_watcher != worker)
                {
                    // Picked to run just now: the wake-up is on its way.
                    return true;
                }

                bool isStill = _begun == begunBefore;
                begunBefore = _begun;
                if (isStill && _queue.Count > 0)
                {
                    _limit = Math.Min(Count, _limit + 1);
                    _watcher = null;
                    _running++;
                    nextWatcher = PickWatcher();
                    break;
                }

                if (_queue.Count == 0)
                {
                    _limit = Math.Max(_usualLimit, _limit - 1);
                    if (isStill && _running == 0)
                    {
                        _watcher = null;
                        _parked.Push(worker);
                        return true;
                    }
                }
            }
        }

        nextWatcher?.Wake(WorkerRole.Watch);
        return TryRun(worker);
    }

    /// <summary>Somebody to take work, counted as running from now on, if one more may run.</summary>
    private Worker? PickRunner()
    {
        if (_running >= _limit)
        {
            return null;
        }

        // The one that parked last: what it needs is still in the cache.
        if (!_parked.TryPop(out Worker? worker))
        {
            (worker, _watcher) = (_watcher, null);
        }

        if (worker is not null)
        {
            _running++;
        }

        return worker;
    }

    /// <summary>Somebody to watch those that run, if nobody does and somebody is left.</summary>
    private Worker? PickWatcher()
    {
        if (_watcher is null && _running >= _limit && _parked.TryPop(out Worker? worker))
        {
            _watcher = worker;
            return worker;
        }

        return null;
    }
}
