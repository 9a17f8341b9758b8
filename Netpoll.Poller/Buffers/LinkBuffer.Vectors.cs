using System.Diagnostics;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Buffers;

/// <summary>The buffer's memory as system calls take it: where the next bytes may be put, and where those to be sent lie.</summary>
public sealed unsafe partial class LinkBuffer
{
    /// <summary>A fresh block for the read under way; null if the tail is enough.</summary>
    private Block? _reserved;

    /// <summary>Bytes at the end of the tail that the read under way may fill. Its limit is lowered meanwhile.</summary>
    private int _reservedTail;

    /// <summary>Whether a read is under way: vectors are out, and nothing may be written.</summary>
    private bool _isReserved;

    /// <summary>Space for one read: the rest of the last block and, if that is little, a fresh block of the adapted size.</summary>
    /// <param name="vectors">At least one; the second is used if there is one.</param>
    /// <param name="capacity">Bytes in the vectors together, above 0.</param>
    /// <returns>Number of vectors filled in, 1 or 2; good until <see cref="CommitRead"/>. A second call before that gives the same space.</returns>
    internal int GetReadVectors(Span<IoVector> vectors, out long capacity)
    {
        if (!_isReserved)
        {
            ReserveForRead(vectors.Length > 1);
        }

        int count = 0;
        capacity = 0;
        if (_reservedTail != 0)
        {
            Block tail = _write!;
            Fill(ref vectors[count++], tail, tail.Reserved, _reservedTail);
            capacity = _reservedTail;
        }

        if (_reserved is { } fresh)
        {
            Fill(ref vectors[count++], fresh, 0, fresh.Limit);
            capacity += fresh.Limit;
        }

        return count;
    }

    /// <summary>Ends a read: the first bytes of the reserved space become readable, and what was not needed goes back to the pool.</summary>
    /// <param name="bytes">Bytes read, from 0 (also for an error or the end of the stream) to the capacity.</param>
    internal void CommitRead(int bytes)
    {
        long capacity = (long)_reservedTail + (_reserved?.Limit ?? 0);
        if (!_isReserved || (uint)bytes > capacity)
        {
            BufferThrow.NotReserved(bytes);
        }

        _isReserved = false;
        int inTail = Math.Min(bytes, _reservedTail);
        if (_reservedTail != 0)
        {
            Block tail = _write!;
            tail.Limit = tail.Reserved + _reservedTail;
            tail.Reserved += inTail;
            Volatile.Write(ref tail.End, tail.Reserved);
            _reservedTail = 0;
        }

        if (_reserved is { } fresh)
        {
            _reserved = null;
            LinkRead(fresh, bytes - inTail);
        }

        if (bytes > 0)
        {
            Volatile.Write(ref _written, _written + bytes);
            AdaptToRead(bytes, capacity);
        }
    }

    /// <summary>The readable bytes, from the first, as pieces of pinned memory.</summary>
    /// <param name="vectors">Filled from the start.</param>
    /// <returns>
    /// Number of vectors filled in: as many as there are pieces or room, and no more than 2 GiB - 1 in all, which is what one system call takes
    /// (<c>MAX_RW_COUNT</c> is a little less; more is EINVAL for sendmsg). Good until their bytes are skipped and released.
    /// </returns>
    internal int GetWriteVectors(Span<IoVector> vectors)
    {
        long left = Math.Min(Length, int.MaxValue);
        if (left == 0)
        {
            return 0;
        }

        int count = 0;
        Block block = FirstUnread();
        while (count < vectors.Length)
        {
            int step = (int)Math.Min(left, block.Unread);
            if (step > 0)
            {
                block.Exposed = true;
                Fill(ref vectors[count++], block, block.Start, step);
                left -= step;
            }

            if (left == 0)
            {
                break;
            }

            block = block.NextBlock!;
        }

        return count;
    }

    private static void Fill(ref IoVector vector, Block block, int start, int length)
    {
        // SAFETY: the block is linked or reserved here, so its memory stays pinned until the caller skips and releases, or commits.
        vector.Base = block.PointerAt(start);
        vector.Length = (nuint)length;
    }

    private void ReserveForRead(bool maySpan)
    {
        if (_isDisposed)
        {
            BufferThrow.BufferDisposed();
        }

        if (_malloced != 0)
        {
            BufferThrow.UnflushedBeforeRead();
        }

        _isReserved = true;
        int size = ReadSize;
        Block? tail = _write;
        int room = tail?.Room ?? 0;
        if (room > 0)
        {
            // Out of the writer's reach until the read is committed.
            _reservedTail = room;
            tail!.Limit = tail.Reserved;
        }

        if (room == 0 || (maySpan && room < size / 2))
        {
            _reserved = _pool.Rent(size);
        }
    }

    private void LinkRead(Block fresh, int bytes)
    {
        if (bytes == 0)
        {
            fresh.Unlink();
            return;
        }

        fresh.Reserved = bytes;
        fresh.End = bytes;
        Link(fresh);
        _flush = null;
    }

    /// <summary>
    /// Takes a block that was filled elsewhere, as a completion-based poller does: its first bytes become readable at once, and the block is
    /// this buffer's from here on. A few bytes that fit into the tail are copied: a peer that sends byte by byte would else have each
    /// keep a block.
    /// </summary>
    /// <param name="filled">A block that is rented and linked nowhere.</param>
    /// <param name="bytes">Bytes in it, from 0 to its size; with 0 it goes back to its pool.</param>
    internal void LinkReceived(Block filled, int bytes)
    {
        CheckWritable();
        if (_malloced != 0)
        {
            BufferThrow.UnflushedBeforeRead();
        }

        int capacity = filled.Limit;
        if (bytes is > 0 and <= InlineCopyThreshold && _write is { } tail && tail.Room >= bytes)
        {
            filled.SpanAt(0, bytes).CopyTo(tail.SpanAt(tail.Reserved, bytes));
            tail.Reserved += bytes;
            Volatile.Write(ref tail.End, tail.Reserved);
            filled.Unlink();
        }
        else
        {
            LinkRead(filled, bytes);
        }

        if (bytes > 0)
        {
            Volatile.Write(ref _written, _written + bytes);
            AdaptToRead(bytes, capacity);
        }
    }

    /// <summary>Notes, in a DEBUG build, that the kernel has the blocks of the first readable bytes, or has them no more.</summary>
    [Conditional("DEBUG")]
    internal void MarkInFlight(long bytes, bool isInFlight)
    {
        Block? block = FirstUnread();
        while (bytes > 0)
        {
            if (block!.Unread > 0)
            {
                block.MarkInFlight(isInFlight);
            }

            bytes -= block.Unread;
            block = block.NextBlock;
        }
    }

    private void DropReservation()
    {
        if (_isReserved)
        {
            CommitRead(0);
        }
    }
}
