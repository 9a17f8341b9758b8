using System.Runtime.CompilerServices;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// Reusable pinned memory for <see cref="LinkBuffer"/>s, in powers of two from 1 KiB to 8 MiB. Any thread.
/// </summary>
/// <remarks>
/// <para>
/// Not a general array pool: blocks are handed to buffers and slices only, which return them. A thread that rents and returns much, such as
/// an event loop, puts a <see cref="BlockCache"/> in front and then takes no lock.
/// </para>
/// <para>
/// Memory above 8 MiB is allocated to measure and left to the garbage collector. Blocks that nobody returns are collected as well: a
/// forgotten slice costs memory until then, and never gets into someone else's hands. A DEBUG build fills returned blocks, throws on a double
/// return and on use after return, and can tell who rented what (see <see cref="ThrowIfLeased"/>).
/// </para>
/// </remarks>
public sealed partial class BlockPool
{
    private readonly SharedShelf[] _shelves = new SharedShelf[SizeClasses.Count];
    private readonly BlockPoolOptions _options;

    private long _misses;

    /// <summary>Creates a pool with the default options.</summary>
    public BlockPool()
        : this(new BlockPoolOptions())
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="options">Its limits; later changes of the object have no effect on limits already applied and should not be made.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public BlockPool(BlockPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
#if DEBUG
        Ledger = new LeaseLedger(options.KeepLeaseStacks);
#endif
        for (int i = 0; i < _shelves.Length; i++)
        {
            _shelves[i] = new SharedShelf(this, i);
        }
    }

    /// <summary>The pool that a <see cref="LinkBuffer"/> uses unless it is given another.</summary>
    public static BlockPool Shared { get; } = new();

#if DEBUG
    internal LeaseLedger Ledger { get; }
#endif

    /// <summary>Creates a cache for one thread, to be entered there with <see cref="BlockCache.EnterThread"/>.</summary>
    /// <returns>A cache that the caller disposes on that thread.</returns>
    public BlockCache CreateCache()
    {
        var cache = new BlockCache(this, _options.MaxCacheBytesPerSize);
        Register(cache);
        return cache;
    }

    /// <summary>Rents a block of at least <paramref name="bytes"/> bytes (1 or more), empty and linked nowhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Block Rent(int bytes) => RentClass(SizeClasses.For(bytes), bytes);

    /// <summary>Rents a node without memory.</summary>
    internal Block RentBare() => RentClass(SizeClasses.Bare, 0);

    private Block RentClass(int sizeClass, int bytes)
    {
        BlockCache? cache = BlockCache.Current;
        Block block;
        if (cache is not null && cache.Pool == this)
        {
            block = cache.Rent(sizeClass, bytes);
        }
        else
        {
            block = _shelves[sizeClass].TryRent(out Block? kept) ? kept : Allocate(sizeClass, bytes);
        }

        block.MarkLeased();
        block.Reset();
        return block;
    }

    /// <summary>Takes a block back whose last holder has let go. Any thread.</summary>
    internal void Return(Block block)
    {
        block.MarkReturned();
        BlockCache? cache = BlockCache.Current;
        BlockCache? home = block.Home;
        if (cache is not null && (home is null ? cache.Pool == this : home == cache))
        {
            cache.Return(block);
        }
        else if (home is null || !home.TryReturnFromElsewhere(block))
        {
            _shelves[block.SizeClass].Return(block);
            ArmTrimming();
        }
    }

    internal Block Allocate(int sizeClass, int bytes)
    {
        Interlocked.Increment(ref _misses);
        return new Block(this, sizeClass, sizeClass == SizeClasses.Unpooled ? bytes : SizeClasses.BytesOf(sizeClass));
    }

    internal SharedShelf ShelfOf(int sizeClass) => _shelves[sizeClass];
}
