using System.Buffers;

namespace Netpoll.Poller.Buffers;

/// <summary>The buffer as a sequence.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Shows all readable bytes as a sequence, without taking or copying them.</summary>
    /// <returns>The bytes, valid until <see cref="Release"/>.</returns>
    public ReadOnlySequence<byte> AsSequence() => AsSequence(Length);

    /// <summary>Shows the next <paramref name="n"/> bytes as a sequence, without taking or copying them.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less gives an empty sequence.</param>
    /// <returns>The bytes, valid until <see cref="Release"/>.</returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    public ReadOnlySequence<byte> AsSequence(long n)
    {
        Block? block = _read;
        if (block is null || (ulong)(n - 1) >= (ulong)block.Unread)
        {
            return SequenceSlow(n);
        }

        block.Exposed = true;
        return SequenceOf(block, block.Start, (int)n);
    }

    /// <summary>A sequence within one block: over the array if there is one, which is what sequences handle fastest.</summary>
    internal static ReadOnlySequence<byte> SequenceOf(Block block, int start, int length) =>
        block.Array is { } array
            ? new ReadOnlySequence<byte>(array, start, length)
            : new ReadOnlySequence<byte>(block.MemoryAt(start, length));

    /// <summary>The readable bytes of the first block that has any; the buffer is not empty.</summary>
    internal ReadOnlyMemory<byte> FirstPiece()
    {
        Block block = FirstUnread();
        block.Exposed = true;
        return block.MemoryAt(block.Start, (int)Math.Min(block.Unread, Length));
    }

    private ReadOnlySequence<byte> SequenceSlow(long n)
    {
        if (n <= 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        EnsureReadable(n);
        Block first = FirstUnread();
        first.Exposed = true;
        return first.Unread >= n ? SequenceOf(first, first.Start, (int)n) : ChainedSequence(first, n);
    }

    private static ReadOnlySequence<byte> ChainedSequence(Block first, long n)
    {
        Block block = first;
        first.Stamp(null);
        for (long left = n - first.Unread; left > 0; left -= block.Unread)
        {
            Block previous = block;
            block = block.NextBlock!;
            block.Exposed = true;
            block.Stamp(previous);
            if (left <= block.Unread)
            {
                return new ReadOnlySequence<byte>(first, first.Start - first.Base, block, block.Start - block.Base + (int)left);
            }
        }

        throw new InvalidOperationException("The buffer's length is more than its blocks hold.");
    }
}
