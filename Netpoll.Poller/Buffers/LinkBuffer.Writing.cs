using System.Runtime.CompilerServices;
using System.Text;

namespace Netpoll.Poller.Buffers;

/// <summary>Writing: reserved space, copies and links. Readable after <see cref="Flush"/>.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Bytes reserved or written since the last <see cref="Flush"/>.</summary>
    public long MallocLength => _malloced;

    /// <summary>Reserves <paramref name="n"/> bytes in one piece, to be filled before <see cref="Flush"/>.</summary>
    /// <param name="n">Number of bytes; zero or less reserves nothing.</param>
    /// <returns>The space, with whatever it held before; valid until it is flushed or dropped by <see cref="MallocAck"/>.</returns>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Malloc(int n)
    {
        Block? block = _write;
        if (block is null || (uint)(n - 1) >= (uint)block.Room)
        {
            return MallocSlow(n);
        }

        Span<byte> space = block.SpanAt(block.Reserved, n);
        block.Reserved += n;
        _malloced += n;
        return space;
    }

    /// <summary>Makes everything reserved or written readable. Does nothing if there is nothing new.</summary>
    public void Flush()
    {
        long malloced = _malloced;
        if (malloced == 0)
        {
            return;
        }

        Block tail = _write!;
        if (_flush is not null)
        {
            PublishBefore(tail);
        }

        Volatile.Write(ref tail.End, tail.Reserved);
        if (tail.Limit - tail.Base > MaxReusedTailBytes)
        {
            tail.Limit = tail.Reserved;
        }

        _malloced = 0;
        Volatile.Write(ref _written, _written + malloced);
    }

    /// <summary>Writes bytes by copying them.</summary>
    /// <param name="bytes">Any number; the caller may change them afterwards.</param>
    /// <returns>The number of bytes written: all.</returns>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public int WriteBinary(ReadOnlySpan<byte> bytes)
    {
        int written = bytes.Length;
        while (bytes.Length > SizeClasses.MaxPooledBytes)
        {
            bytes[..SizeClasses.MaxPooledBytes].CopyTo(Malloc(SizeClasses.MaxPooledBytes));
            bytes = bytes[SizeClasses.MaxPooledBytes..];
        }

        bytes.CopyTo(Malloc(bytes.Length));
        return written;
    }

    /// <summary>
    /// Writes a caller's memory: by copying up to <see cref="InlineCopyThreshold"/> bytes, by linking it without a copy above.
    /// </summary>
    /// <param name="bytes">
    /// Any number. If linked, the caller changes none of them until they are read and released (sent); nothing is ever written into the
    /// memory, nor into what lies behind it.
    /// </param>
    /// <returns>The number of bytes written: all.</returns>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public int WriteBinary(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= InlineCopyThreshold)
        {
            return WriteBinary(bytes.Span);
        }

        LinkForeign(bytes, owner: null);
        return bytes.Length;
    }

    /// <summary>Writes an array as <see cref="WriteBinary(ReadOnlyMemory{byte})"/> does: without a copy above <see cref="InlineCopyThreshold"/>.</summary>
    /// <param name="bytes">The array, unchanged by the caller until its bytes are released.</param>
    /// <returns>The number of bytes written: all.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="bytes"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public int WriteBinary(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return WriteBinary(new ReadOnlyMemory<byte>(bytes));
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <param name="text">The text; halves of surrogate pairs become U+FFFD.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public int WriteString(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        // Counted first: three bytes a character are reserved otherwise, and a text that fits its block would open another one.
        int bytes = Encoding.UTF8.GetByteCount(text);
        return Encoding.UTF8.GetBytes(text, Malloc(bytes));
    }

    /// <summary>Writes one byte.</summary>
    /// <param name="value">The byte.</param>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public void WriteByte(byte value) => Malloc(1)[0] = value;

    private void PublishBefore(Block tail)
    {
        Block? block = _flush;
        _flush = null;
        while (block != tail)
        {
            Volatile.Write(ref block!.End, block.Reserved);
            block = block.NextBlock;
        }
    }

    private Span<byte> MallocSlow(int n)
    {
        if (n <= 0)
        {
            return default;
        }

        Block block = Grow(n);
        block.Reserved += n;
        _malloced += n;
        return block.SpanAt(block.Reserved - n, n);
    }

    /// <summary>Links a new block with room for <paramref name="n"/> bytes, at least <see cref="MinBlockBytes"/>.</summary>
    private Block Grow(int n)
    {
        CheckWritable();
        Block block = _pool.Rent(Math.Max(n, MinBlockBytes));
        Link(block);
        return block;
    }

    private void CheckWritable()
    {
        if (_isDisposed)
        {
            BufferThrow.BufferDisposed();
        }

        if (_isReserved)
        {
            BufferThrow.ReadReserved();
        }
    }

    /// <summary>Makes a block the tail; what it holds is unflushed.</summary>
    private void Link(Block block)
    {
        Block? tail = _write;
        if (tail is null)
        {
            _read = block;
        }
        else
        {
            tail.NextBlock = block;
            _flush ??= tail;
        }

        _write = block;
    }

    private void LinkForeign(ReadOnlyMemory<byte> bytes, IDisposable? owner)
    {
        CheckWritable();
        Block block = _pool.RentBare();
        block.ShowForeign(bytes, owner);
        Link(block);
        _malloced += bytes.Length;
    }
}
