using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>What the pool keeps, forgets and tells.</summary>
public sealed class BlockPoolSpec
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(1, KiB)]
    [InlineData(KiB, KiB)]
    [InlineData(KiB + 1, 2 * KiB)]
    [InlineData((8 * KiB) - 1, 8 * KiB)]
    [InlineData(8 * KiB, 8 * KiB)]
    [InlineData((4 * MiB) + 1, 8 * MiB)]
    [InlineData(8 * MiB, 8 * MiB)]
    [InlineData((8 * MiB) + 1, (8 * MiB) + 1)]
    public void Blocks_come_in_powers_of_two_up_to_8_MiB(int asked, int given)
    {
        BlockPool pool = NewPool();
        Block block = pool.Rent(asked);
        Assert.Equal(given, block.OwnBytes);
        Assert.Equal(given, block.Room);
        block.Unlink();
        Assert.Equal(given > 8 * MiB ? 0 : given, pool.GetStatistics().PooledBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_block_returned_last_is_rented_first(bool isCached)
    {
        BlockPool pool = NewPool();
        using BlockCache? cache = isCached ? EnterCache(pool) : null;
        Block[] blocks = [pool.Rent(8 * KiB), pool.Rent(8 * KiB), pool.Rent(8 * KiB)];
        foreach (Block block in blocks)
        {
            block.Unlink();
        }

        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            Block again = pool.Rent(8 * KiB);
            Assert.Same(blocks[i], again);
        }

        Array.ForEach(blocks, static block => block.Unlink());
        pool.ThrowIfLeased();
    }

    [Fact]
    public void The_counters_tell_what_happened()
    {
        BlockPool pool = NewPool();
        Block first = pool.Rent(4 * KiB);
        Block second = pool.Rent(4 * KiB);
        Assert.Equal(new BlockPoolStatistics(2, 0, 2, 0), pool.GetStatistics());
        first.Unlink();
        Assert.Equal(new BlockPoolStatistics(2, 1, 2, 4 * KiB), pool.GetStatistics());
        pool.Rent(3 * KiB).Unlink();
        Assert.Equal(new BlockPoolStatistics(3, 2, 2, 4 * KiB), pool.GetStatistics());
        second.Unlink();
        Assert.Equal(0, pool.GetStatistics().Outstanding);
    }

    [Fact]
    public void What_is_returned_beyond_the_cap_is_dropped()
    {
        var pool = new BlockPool(new BlockPoolOptions { MaxPooledBytes = 16 * KiB, TimeProvider = _time });
        Block[] blocks = [pool.Rent(8 * KiB), pool.Rent(8 * KiB), pool.Rent(8 * KiB)];
        Array.ForEach(blocks, static block => block.Unlink());
        Assert.Equal(16 * KiB, pool.GetStatistics().PooledBytes);
        pool.ThrowIfLeased();
    }

    [Fact]
    public void Blocks_that_nobody_needs_go_step_by_step_and_then_the_timer_rests()
    {
        BlockPool pool = NewPool();
        Assert.Equal(0, _time.Armed);
        Block[] blocks = [.. Enumerable.Range(0, 16).Select(_ => pool.Rent(8 * KiB))];
        Array.ForEach(blocks, static block => block.Unlink());
        Assert.Equal(1, _time.Armed);

        _time.Tick(); // All were needed since the last trim: none goes.
        Assert.Equal(16 * 8 * KiB, pool.GetStatistics().PooledBytes);
        long before = long.MaxValue;
        while (_time.Armed > 0)
        {
            _time.Tick();
            long now = pool.GetStatistics().PooledBytes;
            Assert.True(now < before);
            before = now;
        }

        Assert.Equal(0, pool.GetStatistics().PooledBytes);
    }

    [Fact]
    public void Blocks_in_use_are_not_trimmed()
    {
        BlockPool pool = NewPool();
        Block[] blocks = [.. Enumerable.Range(0, 16).Select(_ => pool.Rent(8 * KiB))];
        Array.ForEach(blocks, static block => block.Unlink());
        for (int i = 0; i < 20; i++)
        {
            Block[] four = [.. Enumerable.Range(0, 4).Select(_ => pool.Rent(8 * KiB))];
            Array.ForEach(four, static block => block.Unlink());
            _time.Tick();
        }

        Assert.Equal(4 * 8 * KiB, pool.GetStatistics().PooledBytes);
        Assert.Equal(16, pool.GetStatistics().Misses);
    }

    [Fact]
    public void A_thread_with_a_cache_does_not_touch_the_shared_part()
    {
        BlockPool pool = NewPool();
        using BlockCache cache = EnterCache(pool);
        Block block = pool.Rent(8 * KiB);
        block.Unlink();
        Assert.Equal(0, _time.Armed);
        Assert.Equal(8 * KiB, pool.GetStatistics().PooledBytes);
        Assert.Same(block, pool.Rent(8 * KiB));
        block.Unlink();
        Assert.Same(cache, block.Home);
    }

    [Fact]
    public void A_block_let_go_elsewhere_comes_back_to_the_cache_that_rented_it()
    {
        BlockPool pool = NewPool();
        using BlockCache cache = EnterCache(pool);
        Block[] blocks = [.. Enumerable.Range(0, 5).Select(_ => pool.Rent(8 * KiB))];
        OnAnotherThread(() => Array.ForEach(blocks, static block => block.Unlink()));
        Assert.Equal(0, pool.GetStatistics().Outstanding);
        Assert.Equal(5 * 8 * KiB, pool.GetStatistics().PooledBytes);
        Assert.Equal(0, _time.Armed); // None went to the shared part.

        for (int i = 4; i >= 0; i--)
        {
            Block again = pool.Rent(8 * KiB);
            Assert.Same(blocks[i], again);
        }

        Assert.Equal(5, pool.GetStatistics().Misses);
        Array.ForEach(blocks, static block => block.Unlink());
    }

    [Fact]
    public void It_comes_back_though_the_other_thread_has_a_cache_too()
    {
        BlockPool pool = NewPool();
        using BlockCache cache = EnterCache(pool);
        Block block = pool.Rent(8 * KiB);
        Block? others = null;
        OnAnotherThread(() =>
        {
            using BlockCache other = EnterCache(pool);
            block.Unlink();
            others = pool.Rent(8 * KiB);
            other.ExitThread();
        });
        Assert.NotSame(block, others);
        Assert.Same(block, pool.Rent(8 * KiB));
        block.Unlink();
        others!.Unlink();
    }

    [Fact]
    public void A_full_cache_passes_blocks_on()
    {
        var pool = new BlockPool(new BlockPoolOptions { MaxCacheBytesPerSize = 64 * KiB, TimeProvider = _time });
        using BlockCache cache = EnterCache(pool);
        Block[] blocks = [.. Enumerable.Range(0, 20).Select(_ => pool.Rent(8 * KiB))];
        Array.ForEach(blocks, static block => block.Unlink());
        Assert.Equal(20 * 8 * KiB, pool.GetStatistics().PooledBytes);
        OnAnotherThread(() =>
        {
            Block block = pool.Rent(8 * KiB);
            Assert.Contains(block, blocks);
            block.Unlink();
        });
        Assert.Equal(20, pool.GetStatistics().Misses);

        Block[] again = [.. Enumerable.Range(0, 20).Select(_ => pool.Rent(8 * KiB))];
        Assert.Equal(20, pool.GetStatistics().Misses);
        Assert.Equal(20, again.Distinct().Count());
        Array.ForEach(again, static block => block.Unlink());
        pool.ThrowIfLeased();
    }

    [Fact]
    public void A_cache_trims_what_its_thread_does_not_need()
    {
        BlockPool pool = NewPool();
        using BlockCache cache = EnterCache(pool);
        Block[] blocks = [.. Enumerable.Range(0, 8).Select(_ => pool.Rent(8 * KiB))];
        Array.ForEach(blocks, static block => block.Unlink());
        for (int i = 0; i < 6; i++)
        {
            cache.Trim();
        }

        for (int i = 0; i < 10; i++)
        {
            _time.Tick();
        }

        Assert.Equal(0, pool.GetStatistics().PooledBytes);
    }

    [Fact]
    public void A_disposed_cache_leaves_its_blocks_to_all()
    {
        BlockPool pool = NewPool();
        BlockCache cache = EnterCache(pool);
        Block inside = pool.Rent(8 * KiB);
        Block outside = pool.Rent(8 * KiB);
        inside.Unlink();
        cache.Dispose();
        cache.Dispose();
        Assert.Null(BlockCache.Current);
        outside.Unlink();

        Assert.Equal(2 * 8 * KiB, pool.GetStatistics().PooledBytes);
        Assert.Equal(0, pool.GetStatistics().Outstanding);
        Assert.Throws<ObjectDisposedException>(cache.EnterThread);
    }

    [Fact]
    public void A_thread_has_one_cache()
    {
        BlockPool pool = NewPool();
        using BlockCache first = EnterCache(pool);
        using BlockCache second = pool.CreateCache();
        Assert.Throws<InvalidOperationException>(second.EnterThread);
        Assert.Throws<InvalidOperationException>(second.ExitThread);
        first.ExitThread();
        second.EnterThread();
        second.ExitThread();
    }

    [Fact]
    public void Blocks_of_another_pool_go_home_from_a_thread_with_a_cache()
    {
        BlockPool pool = NewPool();
        BlockPool other = NewPool();
        using BlockCache cache = EnterCache(pool);
        Block block = other.Rent(8 * KiB);
        block.Unlink();
        Assert.Equal(0, pool.GetStatistics().PooledBytes);
        Assert.Equal(8 * KiB, other.GetStatistics().PooledBytes);
    }

    [Fact]
    public void Blocks_rented_and_let_go_on_many_threads_are_never_in_two_hands()
    {
        var pool = new BlockPool(new BlockPoolOptions { KeepLeaseStacks = false, TimeProvider = _time });
        var handedOver = new System.Collections.Concurrent.ConcurrentQueue<Block>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() => Churn(pool, handedOver, i)))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        while (handedOver.TryDequeue(out Block? block))
        {
            block.Unlink();
        }

        pool.ThrowIfLeased();
        Assert.InRange(pool.GetStatistics().Misses, 1, 5000);
    }

    private static void Churn(BlockPool pool, System.Collections.Concurrent.ConcurrentQueue<Block> handedOver, int id)
    {
        using BlockCache? cache = id % 2 == 0 ? EnterCache(pool) : null;
        var random = new Random(id);
        for (int i = 0; i < 30_000; i++)
        {
            Block block = pool.Rent(KiB << random.Next(3));
            // The tail of the block is the holder's mark: two holders would see each other's.
            block.SpanAt(0, 8).Fill((byte)id);
            if (random.Next(2) == 0)
            {
                handedOver.Enqueue(block);
            }
            else
            {
                Assert.False(block.SpanAt(0, 8).ContainsAnyExcept((byte)id));
                block.Unlink();
            }

            if (handedOver.TryDequeue(out Block? other))
            {
                other.Unlink();
            }
        }
    }

    private static BlockCache EnterCache(BlockPool pool)
    {
        BlockCache cache = pool.CreateCache();
        cache.EnterThread();
        return cache;
    }

    private static void OnAnotherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private BlockPool NewPool() => new(new BlockPoolOptions { TimeProvider = _time });
}
