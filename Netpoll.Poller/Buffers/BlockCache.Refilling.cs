namespace Netpoll.Poller.Buffers;

/// <summary>The way of blocks between a cache, its list of returned blocks and the shared part of the pool: seldom, and in batches.</summary>
public sealed partial class BlockCache
{
    /// <summary>Bytes moved in one batch, and blocks: enough to spread the cost of the lock, little enough to stay a small part of a cache.</summary>
    private const int BatchBytes = 256 * 1024;
    private const int BatchBlocks = 32;

    /// <summary>
    /// Gives blocks that this thread did not need since the last call to the shared part of the pool, half of them each time. Call it now and
    /// then, and before the thread parks for long: while it is parked nobody else can.
    /// </summary>
    public void Trim()
    {
        for (int i = 0; i < _shelves.Length; i++)
        {
            ref CacheShelf shelf = ref _shelves[i];
            TakeReturned(ref shelf, _returned[i].TakeAll(null));
            Spill(i, ref shelf, (Math.Min(shelf.LeastCount, shelf.Count) + 1) / 2);
            shelf.LeastCount = shelf.Count;
            shelf.Blocks.AsSpan(shelf.Count).Clear();
        }
    }

    /// <summary>Whether there is anything to trim.</summary>
    public bool HoldsBlocks
    {
        get
        {
            for (int i = 0; i < _shelves.Length; i++)
            {
                if (_shelves[i].Count > 0 || !_returned[i].IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal void AddTo(ref BlockPoolStatistics statistics)
    {
        for (int i = 0; i < _shelves.Length; i++)
        {
            ref CacheShelf shelf = ref _shelves[i];
            int returned = _returned[i].Count(shelf.Capacity, _closed);
            statistics = statistics with
            {
                Rented = statistics.Rented + Volatile.Read(ref shelf.Rented),
                Returned = statistics.Returned + Volatile.Read(ref shelf.Returned) + returned,
                PooledBytes = statistics.PooledBytes + ((long)(shelf.Count + returned) * SizeClasses.BytesOf(i)),
            };
        }
    }

    private static void Grow(ref CacheShelf shelf, int needed)
    {
        if (needed > shelf.Blocks.Length)
        {
            Array.Resize(ref shelf.Blocks, Math.Min(shelf.Capacity, Math.Max(shelf.Blocks.Length * 2, Math.Max(needed, 8))));
        }
    }

    /// <summary>Puts blocks at hand, returned ones first. False if there are none anywhere.</summary>
    private bool Refill(int sizeClass, ref CacheShelf shelf)
    {
        TakeReturned(ref shelf, _returned[sizeClass].TakeAll(null));
        if (shelf.Count != 0)
        {
            return true;
        }

        int bytes = Math.Max(1, SizeClasses.BytesOf(sizeClass));
        int batch = Math.Min(shelf.Capacity, Math.Clamp(BatchBytes / bytes, 1, BatchBlocks));
        Grow(ref shelf, batch);
        shelf.Count = Pool.ShelfOf(sizeClass).TakeBatch(shelf.Blocks.AsSpan(0, batch));
        return shelf.Count != 0;
    }

    private void ReturnSlow(Block block, ref CacheShelf shelf)
    {
        if (shelf.Count >= shelf.Capacity)
        {
            // Half of a batch beyond the need of this moment, so that the next returns find room without coming here.
            Spill(block.SizeClass, ref shelf, Math.Min(BatchBlocks, (shelf.Count + 1) / 2));
            if (shelf.Capacity == 0)
            {
                Pool.ShelfOf(block.SizeClass).AddBatch([block]);
                Pool.ArmTrimming();
                return;
            }
        }

        Grow(ref shelf, shelf.Count + 1);
        shelf.Blocks[shelf.Count++] = block;
    }

    private void TakeReturned(ref CacheShelf shelf, Block? list)
    {
        int first = shelf.Count;
        while (list is not null && list != _closed)
        {
            Block block = list;
            list = block.NextBlock;
            block.NextBlock = null;
            shelf.Returned++;
            if (shelf.Count >= shelf.Capacity)
            {
                Pool.ShelfOf(block.SizeClass).AddBatch([block]);
                Pool.ArmTrimming();
                continue;
            }

            Grow(ref shelf, shelf.Count + 1);
            shelf.Blocks[shelf.Count++] = block;
        }

        // The list has the last returned first, and this stack gives out from its end.
        shelf.Blocks.AsSpan(first, shelf.Count - first).Reverse();
    }

    /// <summary>Gives the <paramref name="count"/> blocks that were returned longest ago to the shared part.</summary>
    private void Spill(int sizeClass, ref CacheShelf shelf, int count)
    {
        if (count <= 0)
        {
            return;
        }

        Pool.ShelfOf(sizeClass).AddBatch(shelf.Blocks.AsSpan(0, count));
        Pool.ArmTrimming();
        shelf.Blocks.AsSpan(count, shelf.Count - count).CopyTo(shelf.Blocks);
        shelf.Count -= count;
        shelf.LeastCount = Math.Min(shelf.LeastCount, shelf.Count);
    }
}
