using System.Diagnostics.CodeAnalysis;

namespace Netpoll.Poller.Buffers;

/// <summary>The blocks of one size that a pool keeps for everyone: a stack under a lock. Any thread.</summary>
/// <remarks>
/// Loops come here once per batch (<see cref="BlockCache"/>), others once per block; a lock that nobody holds costs about as much as
/// the compare-and-swap of a lock-free stack, which would have to guard against blocks that come back in between.
/// </remarks>
internal sealed class SharedShelf(BlockPool pool, int sizeClass)
{
    private readonly Lock _lock = new();
    private readonly int _bytes = SizeClasses.BytesOf(sizeClass);

    /// <summary>Head of the list, most recently returned first; linked through <see cref="Block.NextBlock"/>. Under the lock, as all below.</summary>
    private Block? _top;
    private int _count;

    /// <summary>The least <see cref="_count"/> since the last trim: that many blocks nobody needed.</summary>
    private int _leastCount;

    private long _rented;
    private long _returned;

    public bool TryRent([NotNullWhen(true)] out Block? block)
    {
        lock (_lock)
        {
            _rented++;
            return TryPopUnsynchronized(out block);
        }
    }

    /// <summary>Moves up to <paramref name="into"/>.Length blocks out, to a cache that will count them.</summary>
    public int TakeBatch(Span<Block> into)
    {
        int taken = 0;
        lock (_lock)
        {
            while (taken < into.Length && TryPopUnsynchronized(out Block? block))
            {
                // The most recently returned goes last: the cache gives out from the end.
                into[into.Length - ++taken] = block;
            }
        }

        if (taken < into.Length)
        {
            into[(into.Length - taken)..].CopyTo(into);
        }

        return taken;
    }

    public void Return(Block block)
    {
        lock (_lock)
        {
            _returned++;
            KeepUnsynchronized(block);
        }
    }

    /// <summary>Takes blocks that their cache has counted already.</summary>
    public void AddBatch(ReadOnlySpan<Block> blocks)
    {
        lock (_lock)
        {
            foreach (Block block in blocks)
            {
                KeepUnsynchronized(block);
            }
        }
    }

    /// <summary>Drops half (at least one) of the blocks that nobody needed since the last call; true if any is left.</summary>
    public bool Trim()
    {
        lock (_lock)
        {
            for (int drop = (_leastCount + 1) / 2; drop > 0; drop--)
            {
                _ = TryPopUnsynchronized(out _);
            }

            _leastCount = _count;
            return _count != 0;
        }
    }

    public void AddTo(ref BlockPoolStatistics statistics)
    {
        lock (_lock)
        {
            statistics = statistics with
            {
                Rented = statistics.Rented + _rented,
                Returned = statistics.Returned + _returned,
                PooledBytes = statistics.PooledBytes + ((long)_count * _bytes),
            };
        }
    }

    private bool TryPopUnsynchronized([NotNullWhen(true)] out Block? block)
    {
        block = _top;
        if (block is null)
        {
            return false;
        }

        _top = block.NextBlock;
        block.NextBlock = null;
        _leastCount = Math.Min(_leastCount, --_count);
        pool.SharedBytesChanged(-_bytes);
        return true;
    }

    private void KeepUnsynchronized(Block block)
    {
        if (sizeClass == SizeClasses.Unpooled || !pool.MayKeep(_bytes, _count))
        {
            return; // Garbage from here on.
        }

        block.Home = null;
        block.NextBlock = _top;
        _top = block;
        _count++;
        pool.SharedBytesChanged(_bytes);
    }
}
