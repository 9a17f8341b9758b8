using System.Runtime.CompilerServices;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// One thread's stock of blocks in front of a <see cref="BlockPool"/>: rents and returns there take no lock and no interlocked operation.
/// </summary>
/// <remarks>
/// <para>
/// An event loop enters its cache when its thread starts, and exits and disposes it when it ends. Blocks come back last in, first out, so the
/// memory that the next read fills is the one that is still in the processor's cache.
/// </para>
/// <para>
/// A block that another thread lets go (a handler that disposes a slice) is put on a list of the cache that rented it, one interlocked
/// operation; the cache takes the whole list when it runs dry. Blocks so flow back to the loop that reads.
/// </para>
/// <para>All members belong to the thread that entered the cache, except where "any thread" is said.</para>
/// </remarks>
public sealed partial class BlockCache : IDisposable
{
    [ThreadStatic]
    private static BlockCache? t_current;

    private readonly CacheShelf[] _shelves = new CacheShelf[SizeClasses.Count];
    private readonly ReturnedList[] _returned = new ReturnedList[SizeClasses.Count];

    /// <summary>Stands at the head of a returned list of a disposed cache. Never rented.</summary>
    private readonly Block _closed;

    private bool _isDisposed;

    internal BlockCache(BlockPool pool, int maxBytesPerSize)
    {
        Pool = pool;
        _closed = new Block(pool, SizeClasses.Bare, 0);
        for (int i = 0; i < _shelves.Length; i++)
        {
            _shelves[i].Blocks = [];
            _shelves[i].Capacity = CapacityOf(i, maxBytesPerSize);
        }
    }

    /// <summary>The pool that this cache is in front of. Any thread.</summary>
    public BlockPool Pool { get; }

    internal static BlockCache? Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current;
    }

    /// <summary>Makes this the cache of the calling thread, for buffers of the same pool.</summary>
    /// <exception cref="InvalidOperationException">The thread has a cache already.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    public void EnterThread()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (t_current is not null)
        {
            throw new InvalidOperationException("This thread has entered a cache already.");
        }

        t_current = this;
    }

    /// <summary>Ends what <see cref="EnterThread"/> began; the thread rents from the shared part again.</summary>
    /// <exception cref="InvalidOperationException">This is not the calling thread's cache.</exception>
    public void ExitThread()
    {
        if (t_current != this)
        {
            BufferThrow.ForeignThread();
        }

        t_current = null;
    }

    /// <summary>Gives all blocks to the shared part of the pool. Call it on the owning thread, or once no thread has it entered.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (t_current == this)
        {
            t_current = null;
        }

        for (int i = 0; i < _shelves.Length; i++)
        {
            TakeReturned(ref _shelves[i], _returned[i].TakeAll(_closed));
            Spill(i, ref _shelves[i], _shelves[i].Count);
        }

        Pool.Forget(this);
    }

    internal Block Rent(int sizeClass, int bytes)
    {
        ref CacheShelf shelf = ref _shelves[sizeClass];
        shelf.Rented++;
        int last = shelf.Count - 1;
        if (last < 0)
        {
            return Refill(sizeClass, ref shelf) ? Rent(ref shelf) : Adopt(Pool.Allocate(sizeClass, bytes));
        }

        shelf.Count = last;
        if (last < shelf.LeastCount)
        {
            shelf.LeastCount = last;
        }

        return Adopt(shelf.Blocks[last]);
    }

    internal void Return(Block block)
    {
        ref CacheShelf shelf = ref _shelves[block.SizeClass];
        shelf.Returned++;
        int count = shelf.Count;
        Block[] blocks = shelf.Blocks;
        if ((uint)count >= (uint)blocks.Length)
        {
            ReturnSlow(block, ref shelf);
            return;
        }

        if (!ReferenceEquals(blocks[count], block))
        {
            blocks[count] = block;
        }

        shelf.Count = count + 1;
    }

    /// <summary>Takes a block that this cache rented and another thread lets go. Any thread. False if it keeps enough or is disposed.</summary>
    internal bool TryReturnFromElsewhere(Block block) =>
        _returned[block.SizeClass].TryPush(block, _shelves[block.SizeClass].Capacity, _closed);

    private static int CapacityOf(int sizeClass, int maxBytes)
    {
        const int MaxBlocks = 1024;
        int bytes = SizeClasses.BytesOf(sizeClass);
        return sizeClass == SizeClasses.Unpooled ? 0 : bytes == 0 ? MaxBlocks : Math.Min(MaxBlocks, maxBytes / bytes);
    }

    private static Block Rent(ref CacheShelf shelf)
    {
        int last = --shelf.Count;
        shelf.LeastCount = Math.Min(shelf.LeastCount, last);
        return shelf.Blocks[last];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Block Adopt(Block block)
    {
        if (block.Home != this)
        {
            block.Home = this;
        }

        return block;
    }
}
