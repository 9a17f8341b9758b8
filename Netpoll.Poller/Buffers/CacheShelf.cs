namespace Netpoll.Poller.Buffers;

/// <summary>The blocks of one size that a <see cref="BlockCache"/> keeps: a stack, last returned first given out. One thread.</summary>
/// <remarks>
/// An array rather than a list through the blocks: a slot that is popped is not cleared, so a block that is rented and returned in turn is
/// stored once and costs the garbage collector's write barrier once.
/// </remarks>
internal struct CacheShelf
{
    /// <summary>The stack; slots from <see cref="Count"/> on are stale.</summary>
    public Block[] Blocks;
    public int Count;

    /// <summary>The least <see cref="Count"/> since the last trim.</summary>
    public int LeastCount;

    /// <summary>Most blocks kept.</summary>
    public int Capacity;

    public long Rented;
    public long Returned;
}
