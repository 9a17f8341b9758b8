using System.Runtime.CompilerServices;

namespace Netpoll.Poller.Buffers;

/// <summary>Blocks of one size that other threads return to a loop: anyone pushes, the loop takes all at once.</summary>
/// <remarks>
/// Taking the whole list leaves no room for the usual fault of lock-free stacks (a head that was popped and pushed again between a reader's
/// look and its swap): a push needs nothing but that the head it linked to is the head.
/// Padded to two cache lines, the unit that x64 prefetches, so that pushes do not slow the loop's neighbouring fields.
/// </remarks>
internal struct ReturnedList
{
    private Block? _head;

#pragma warning disable CA1823, IDE0051, CS0169 // It is there for its size: a layout attribute's size is not kept for structures with references.
    private readonly Padding _padding;
#pragma warning restore CA1823, IDE0051, CS0169

    /// <summary>Whether nothing was there at the moment of the look.</summary>
    public readonly bool IsEmpty => Volatile.Read(in _head) is null;

    /// <summary>Blocks in the list: exact while nobody pushes or takes, and never above <paramref name="most"/>.</summary>
    public readonly int Count(int most, Block closed)
    {
        int count = 0;
        for (Block? block = Volatile.Read(in _head); block is not null && block != closed && count < most; block = block.NextBlock)
        {
            count++;
        }

        return count;
    }

    /// <summary>Pushes a block. Fails if the list is long enough, or closed.</summary>
    public bool TryPush(Block block, int capacity, Block closed)
    {
        Block? head = Volatile.Read(ref _head);
        while (true)
        {
            // A limit, not a count: the depth of a head that was taken and pushed again since it was read is another one by now.
            int depth = head?.ReturnedDepth ?? 0;
            if (ReferenceEquals(head, closed) || depth >= capacity)
            {
                return false;
            }

            block.NextBlock = head;
            block.ReturnedDepth = depth + 1;
            Block? seen = Interlocked.CompareExchange(ref _head, block, head);
            if (ReferenceEquals(seen, head))
            {
                return true;
            }

            head = seen;
        }
    }

    /// <summary>Takes all blocks, the last returned first, and leaves <paramref name="replacement"/>.</summary>
    public Block? TakeAll(Block? replacement) =>
        Volatile.Read(ref _head) is null && replacement is null ? null : Interlocked.Exchange(ref _head, replacement);

    /// <summary>What is missing to 128 bytes.</summary>
    [InlineArray(15)]
    private struct Padding
    {
        private long _first;
    }
}
