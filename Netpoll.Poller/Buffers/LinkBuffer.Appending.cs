using System.Buffers;

namespace Netpoll.Poller.Buffers;

/// <summary>Writing what is in blocks already: moving them over, without a copy.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Moves all bytes of another buffer, flushed or not, to the end of this one, to be flushed here. The other is left empty.</summary>
    /// <remarks>
    /// Blocks change hands; nothing is copied, except where all of it fits into the rest of the last block here and is no more than
    /// <see cref="InlineCopyThreshold"/> bytes. What the other buffer showed its reader becomes invalid, as at <see cref="Release"/>.
    /// </remarks>
    /// <param name="other">Another buffer, owned by the caller; usable again afterwards. Null or empty: nothing happens.</param>
    /// <exception cref="ArgumentException">It is this buffer.</exception>
    /// <exception cref="ObjectDisposedException">This buffer is disposed.</exception>
    public void Append(LinkBuffer? other)
    {
        if (other is null)
        {
            return;
        }

        if (other == this)
        {
            BufferThrow.AppendToItself();
        }

        CheckWritable();
        other.DropReservation();
        long bytes = other.Length + other._malloced;
        if (bytes > 0)
        {
            if (bytes <= InlineCopyThreshold && _write is { } tail && tail.Room >= bytes)
            {
                other.Flush();
                other.CopyOut(Malloc((int)bytes));
            }
            else
            {
                Take(other, bytes);
            }
        }

        other.Clear();
    }

    /// <summary>Moves a slice's bytes to the end of this buffer and leaves the slice empty: this buffer lets go of them once they are read.</summary>
    /// <param name="slice">
    /// A slice that the caller owns. Up to <see cref="InlineCopyThreshold"/> bytes are copied, so that they do not keep a block of
    /// someone's input; more are linked.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="slice"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">This buffer is disposed; the slice is as it was.</exception>
    public void Append(BufferSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        CheckWritable();
        if (slice.Length <= InlineCopyThreshold)
        {
            slice.CopyTo(Malloc(slice.Length));
        }
        else
        {
            int start = slice.StartInFirst;
            for (Block? block = slice.First; block is not null; block = slice.NextHeld(block))
            {
                LinkPart(block, start, slice.EndIn(block));
                start = (slice.NextHeld(block) ?? block).Base;
            }

            _malloced += slice.Length;
        }

        slice.Dispose();
    }

    /// <summary>
    /// Writes a sequence: pieces of up to <see cref="InlineCopyThreshold"/> bytes by copying, longer ones by linking them without a copy.
    /// </summary>
    /// <param name="bytes">The bytes, unchanged and in place until they are released here.</param>
    /// <returns>The number of bytes written: all.</returns>
    /// <exception cref="ObjectDisposedException">This buffer is disposed.</exception>
    public long WriteSequence(in ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            WriteBinary(piece);
        }

        return bytes.Length;
    }

    /// <summary>Writes a memory that someone owns, without a copy of any size, and disposes its owner once the bytes are read and released.</summary>
    /// <param name="owner">The owner, which this buffer takes over, also if it throws.</param>
    /// <param name="length">How many bytes of its memory, from the first.</param>
    /// <exception cref="ArgumentNullException"><paramref name="owner"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The memory has fewer bytes, or <paramref name="length"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">This buffer is disposed.</exception>
    public void Append(IMemoryOwner<byte> owner, int length)
    {
        ArgumentNullException.ThrowIfNull(owner);
        bool isTaken = false;
        try
        {
            ReadOnlyMemory<byte> bytes = owner.Memory[..length];
            if (length > 0)
            {
                LinkForeign(bytes, owner);
                isTaken = true;
            }
        }
        finally
        {
            if (!isTaken)
            {
                owner.Dispose();
            }
        }
    }

    /// <summary>Links the other buffer's blocks behind this one's, unflushed.</summary>
    private void Take(LinkBuffer other, long bytes)
    {
        Block first = other.FirstForTaking();
        Block last = other._write!;
        for (Block? block = first; block is not null; block = block.NextBlock)
        {
            // Unflushed here, whatever it was there: the invariant that [End, Reserved) is what a flush publishes.
            block.End = block.Start;
        }

        other._write = other._read = other._flush = null;
        other._malloced = 0;
        other._consumed = other._written;
        Link(first);
        if (first != last)
        {
            _flush ??= first;
            _write = last;
        }

        _malloced += bytes;
    }

    /// <summary>Unlinks the blocks that have nothing left, and makes the first that has something ready to lie in the middle of a chain.</summary>
    private Block FirstForTaking()
    {
        Release();
        Block first = _read!;
        while (first.Start == first.Reserved)
        {
            Block next = first.NextBlock!;
            first.Unlink();
            _read = first = next;
        }

        if (first.WasSliced || (first.Array is null && first.Start != first.Base))
        {
            // Slices read this block as the end of their own chain: its place there must not change.
            Block view = _pool.RentBare();
            view.ShowPartOf(first, first.Start, first.Reserved, first.Limit);
            view.NextBlock = first.NextBlock;
            _read = view;
            if (_write == first)
            {
                _write = view;
            }

            first.Unlink();
            return view;
        }

        first.Base = first.Start;
        return first;
    }

    private void LinkPart(Block block, int start, int end)
    {
        if (start == end)
        {
            return;
        }

        Block view = _pool.RentBare();
        view.ShowPartOf(block, start, end, end);
        Link(view);
    }
}
