namespace Netpoll.Poller.Buffers;

/// <summary>How much a pool keeps, how it forgets, and what it tells about itself.</summary>
public sealed partial class BlockPool
{
    /// <summary>Most bare nodes kept: they weigh some 150 bytes and count nothing against the byte limit.</summary>
    private const int MaxBareNodes = 16 * 1024;

    /// <summary>Guards the caches' list and the timer.</summary>
    private readonly Lock _registryLock = new();
    private readonly List<WeakReference<BlockCache>> _caches = [];

    private long _sharedBytes;

    /// <summary>Ticks only while something is kept; null until then.</summary>
    private ITimer? _trimTimer;
    private volatile bool _isTrimArmed;

    /// <summary>Counters of caches that have been disposed.</summary>
    private BlockPoolStatistics _ofDisposedCaches;

    /// <summary>The pool's counters now.</summary>
    /// <returns>
    /// Sums over the shared part and all caches, read one after the other: while threads rent and return, off by what moves meanwhile. Exact when nobody does, once
    /// two calls agree.
    /// </returns>
    public BlockPoolStatistics GetStatistics()
    {
        BlockPoolStatistics statistics;
        lock (_registryLock)
        {
            statistics = _ofDisposedCaches;
            foreach (WeakReference<BlockCache> reference in _caches)
            {
                if (reference.TryGetTarget(out BlockCache? cache))
                {
                    cache.AddTo(ref statistics);
                }
            }
        }

        foreach (SharedShelf shelf in _shelves)
        {
            shelf.AddTo(ref statistics);
        }

        return statistics with { Misses = Interlocked.Read(ref _misses) };
    }

    /// <summary>Drops half of the blocks in the shared part that nobody needed since the last trim; a second call drops half of the rest.</summary>
    /// <remarks>The pool does so by itself every <see cref="BlockPoolOptions.TrimInterval"/>. Caches trim themselves: <see cref="BlockCache.Trim"/>.</remarks>
    public void Trim() => _ = TrimShelves();

    /// <summary>Throws if a block of this pool is out: for the end of a test.</summary>
    /// <exception cref="InvalidOperationException">
    /// Blocks are out. In a DEBUG build the message has the stack of each lease, if <see cref="BlockPoolOptions.KeepLeaseStacks"/> is set.
    /// </exception>
    public void ThrowIfLeased()
    {
        long outstanding = GetStatistics().Outstanding;
        if (outstanding == 0)
        {
            return;
        }

        string details = string.Empty;
#if DEBUG
        details = Environment.NewLine + Ledger.Describe();
#endif
        throw new InvalidOperationException($"{outstanding} blocks were not returned to their pool.{details}");
    }

    internal bool MayKeep(int bytes, int count) =>
        bytes == 0 ? count < MaxBareNodes : Volatile.Read(ref _sharedBytes) + bytes <= _options.MaxPooledBytes;

    internal void SharedBytesChanged(int bytes) => Interlocked.Add(ref _sharedBytes, bytes);

    internal void ArmTrimming()
    {
        if (!_isTrimArmed)
        {
            ArmTrimmingSlow();
        }
    }

    internal void Forget(BlockCache cache)
    {
        lock (_registryLock)
        {
            cache.AddTo(ref _ofDisposedCaches);
            _ofDisposedCaches = _ofDisposedCaches with { PooledBytes = 0 };
            _caches.RemoveAll(reference => !reference.TryGetTarget(out BlockCache? other) || other == cache);
        }
    }

    private void Register(BlockCache cache)
    {
        lock (_registryLock)
        {
            _caches.Add(new WeakReference<BlockCache>(cache));
        }
    }

    private void ArmTrimmingSlow()
    {
        lock (_registryLock)
        {
            if (!_isTrimArmed)
            {
                _isTrimArmed = true;
                _trimTimer ??= CreateTimer();
                _trimTimer.Change(_options.TrimInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private ITimer CreateTimer()
    {
        // A weak reference, or the timer would keep a forgotten pool and all its memory alive.
        var self = new WeakReference<BlockPool>(this);
        ITimer? timer = null;
        timer = _options.TimeProvider.CreateTimer(OnTick, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return timer;

        void OnTick(object? state)
        {
            if (self.TryGetTarget(out BlockPool? pool))
            {
                pool.OnTrimTick();
            }
            else
            {
                timer?.Dispose();
            }
        }
    }

    private void OnTrimTick()
    {
        // Disarmed before the look: a block that is returned after it arms the timer again by itself.
        _isTrimArmed = false;
        if (TrimShelves())
        {
            ArmTrimming();
        }
    }

    private bool TrimShelves()
    {
        bool isAnyLeft = false;
        foreach (SharedShelf shelf in _shelves)
        {
            isAnyLeft |= shelf.Trim();
        }

        return isAnyLeft;
    }
}
