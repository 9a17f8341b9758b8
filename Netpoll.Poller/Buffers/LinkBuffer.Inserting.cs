namespace Netpoll.Poller.Buffers;

/// <summary>Changing what is reserved: dropping the end of it, and inserting memory into it.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Keeps the first <paramref name="n"/> bytes of what is reserved, and drops the rest.</summary>
    /// <param name="n">Number of bytes kept, from 0 to <see cref="MallocLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than is reserved.</exception>
    public void MallocAck(long n)
    {
        if (n < 0)
        {
            BufferThrow.Negative(nameof(n), n);
        }

        if (n >= _malloced)
        {
            if (n > _malloced)
            {
                BufferThrow.BeyondReserved(nameof(n), n, _malloced);
            }

            return;
        }

        Block last = _flush ?? _write!;
        long left = n;
        for (int unflushed = last.Reserved - last.End; left > unflushed; unflushed = last.Reserved - last.End)
        {
            left -= unflushed;
            last = last.NextBlock!;
        }

        last.Reserved = last.End + (int)left;
        _malloced = n;
        _write = last;
        if (_flush == last)
        {
            _flush = null;
        }

        Block? dropped = last.NextBlock;
        last.NextBlock = null;
        while (dropped is not null)
        {
            Block? next = dropped.NextBlock;
            dropped.Unlink();
            dropped = next;
        }
    }

    /// <summary>
    /// Inserts a caller's memory, without a copy of any size, before the last <paramref name="remainCap"/> bytes of what is reserved.
    /// </summary>
    /// <remarks>
    /// For serializers that reserve once and then meet a long field: the bytes reserved before it stay in place before it, and the spans
    /// that <see cref="Malloc"/> gave out stay good. Both netpoll's rule and ours: between <see cref="Malloc"/> and the last
    /// <see cref="WriteDirect"/> that counts back into it, write nothing else, or count what was written.
    /// </remarks>
    /// <param name="bytes">The memory, unchanged by the caller until its bytes are released. Empty: nothing happens.</param>
    /// <param name="remainCap">Bytes of what is reserved that come after it, from 0 to <see cref="MallocLength"/>; negative: nothing happens.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <paramref name="remainCap"/> bytes are reserved.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public void WriteDirect(ReadOnlyMemory<byte> bytes, int remainCap)
    {
        if (bytes.IsEmpty || remainCap < 0)
        {
            return;
        }

        if (remainCap > _malloced)
        {
            BufferThrow.BeyondReserved(nameof(remainCap), remainCap, _malloced);
        }

        if (remainCap == 0)
        {
            LinkForeign(bytes, owner: null);
            return;
        }

        CheckWritable();
        Insert(bytes, remainCap);
    }

    private void Insert(ReadOnlyMemory<byte> bytes, int remainCap)
    {
        Block origin = _flush ?? _write!;
        long before = _malloced - remainCap;
        for (int unflushed = origin.Reserved - origin.End; unflushed < before; unflushed = origin.Reserved - origin.End)
        {
            before -= unflushed;
            origin = origin.NextBlock!;
        }

        int split = origin.End + (int)before;
        Block data = _pool.RentBare();
        data.ShowForeign(bytes, owner: null);
        Block last = data;
        if (split < origin.Reserved)
        {
            // The rest of the block, with the room behind it, goes on as a node of its own.
            last = _pool.RentBare();
            last.ShowPartOf(origin, split, origin.Reserved, origin.Limit);
            data.NextBlock = last;
            origin.Reserved = split;
            origin.Limit = split;
        }

        last.NextBlock = origin.NextBlock;
        origin.NextBlock = data;
        if (origin == _write)
        {
            _flush ??= origin;
            _write = last;
        }

        _malloced += bytes.Length;
    }
}
