using System.Buffers;

namespace Netpoll.Poller.Buffers;

/// <summary>The buffer as an <see cref="IBufferWriter{T}"/>: what is advanced over counts as reserved, and is readable after <see cref="Flush"/>.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Least space given to a caller that names no size, in bytes. Arbitrary; a serializer asks again for more.</summary>
    private const int DefaultHint = 256;

    /// <summary>Moves over bytes that were written into the space of <see cref="GetSpan"/> or <see cref="GetMemory"/>.</summary>
    /// <param name="count">Number of bytes, from 0 to the length of that space.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than the space.</exception>
    public void Advance(int count)
    {
        Block? block = _write;
        int room = block?.Room ?? 0;
        if ((uint)count > (uint)room)
        {
            if (count < 0)
            {
                BufferThrow.Negative(nameof(count), count);
            }

            BufferThrow.BeyondReserved(nameof(count), count, room);
        }

        if (count > 0)
        {
            block!.Reserved += count;
            _malloced += count;
        }
    }

    /// <summary>Space to write into, followed by <see cref="Advance"/>.</summary>
    /// <param name="sizeHint">Least number of bytes; 0 for some.</param>
    /// <returns>At least that many bytes, valid until the next call of any writing member.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hint is negative.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Block block = RoomFor(sizeHint);
        return block.SpanAt(block.Reserved, block.Room);
    }

    /// <summary>As <see cref="GetSpan"/>, for code that keeps the space across an <c>await</c>.</summary>
    /// <param name="sizeHint">Least number of bytes; 0 for some.</param>
    /// <returns>At least that many bytes of pinned memory, valid until the next call of any writing member.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hint is negative.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Block block = RoomFor(sizeHint);
        return block.WritableAt(block.Reserved, block.Room);
    }

    private Block RoomFor(int sizeHint)
    {
        if (sizeHint < 0)
        {
            BufferThrow.Negative(nameof(sizeHint), sizeHint);
        }

        int least = sizeHint == 0 ? DefaultHint : sizeHint;
        Block? block = _write;
        return block is not null && block.Room >= least ? block : Grow(least);
    }
}
