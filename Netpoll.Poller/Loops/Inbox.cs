namespace Netpoll.Poller.Loops;

/// <summary>
/// Work that other threads give a loop, and whether the loop is parked in the kernel. One lock covers both, so that the question
/// "must I wake it?" has one answer: the first that adds to a parked loop's inbox wakes it, and nobody else does.
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private IThreadPoolWorkItem?[] _items = new IThreadPoolWorkItem?[256];
    private IThreadPoolWorkItem?[] _taken = new IThreadPoolWorkItem?[256];
    private int _count;
    private bool _isParked;
    private bool _isClosed;
    private long _wakeUps;

    /// <summary>How often someone was told to wake the loop. Any thread.</summary>
    public long WakeUps => Volatile.Read(ref _wakeUps);

    /// <summary>How much work waits, as an estimate. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds work. Any thread.</summary>
    /// <param name="item">The work.</param>
    /// <param name="mustWake">True when the loop is parked and the caller is the one to wake it.</param>
    /// <returns>False when the loop has ended and nobody would take the work.</returns>
    public bool TryAdd(IThreadPoolWorkItem item, out bool mustWake)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                mustWake = false;
                return false;
            }

            if (_count == _items.Length)
            {
                Array.Resize(ref _items, _count * 2);
            }

            _items[_count++] = item;
            mustWake = _isParked;
            _isParked = false;
            _wakeUps += mustWake ? 1 : 0;
            return true;
        }
    }

    /// <summary>Declares the loop parked, unless work has come. Loop thread.</summary>
    public bool TryPark()
    {
        lock (_lock)
        {
            _isParked = _count == 0;
            return _isParked;
        }
    }

    /// <summary>Declares the loop awake again, so that adding wakes nobody. Loop thread.</summary>
    /// <returns>True if work has come while it was parked.</returns>
    public bool Unpark()
    {
        lock (_lock)
        {
            _isParked = false;
            return _count > 0;
        }
    }

    /// <summary>Moves all work to the loop's own queue. Loop thread.</summary>
    public void MoveTo(RunQueue queue)
    {
        // A stale zero only means that the work is taken next round: before parking the count is asked under the lock.
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        int count;
        lock (_lock)
        {
            count = _count;
            _count = 0;
            (_items, _taken) = (_taken, _items);
        }

        for (int i = 0; i < count; i++)
        {
            queue.Enqueue(_taken[i]!);
        }

        Array.Clear(_taken, 0, count);
    }

    /// <summary>Refuses work from now on. What is inside stays to be moved. Loop thread.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }
}
