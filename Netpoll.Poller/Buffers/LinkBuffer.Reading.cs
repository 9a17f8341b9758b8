using System.Runtime.CompilerServices;
using System.Text;

namespace Netpoll.Poller.Buffers;

/// <summary>Reading: spans over the front of the buffer, and copies of it.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Takes the next <paramref name="n"/> bytes.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less gives an empty span.</param>
    /// <returns>The bytes, valid until <see cref="Release"/>. A copy if they lie in more than one block.</returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    public ReadOnlySpan<byte> Next(int n)
    {
        Block? block = _read;
        if (block is null || (uint)(n - 1) >= (uint)block.Unread)
        {
            return NextSlow(n);
        }

        block.Exposed = true;
        ReadOnlySpan<byte> bytes = block.UnreadSpan(n);
        block.Start += n;
        Consumed(n);
        return bytes;
    }

    /// <summary>Shows the next <paramref name="n"/> bytes without taking them.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less gives an empty span.</param>
    /// <returns>
    /// The bytes, valid until <see cref="Release"/>; if they lie in more than one block, a copy that is valid until the next read of any kind.
    /// That copy is one per buffer, extended as needed, so peeking again and again costs no memory.
    /// </returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Peek(int n)
    {
        Block? block = _read;
        if (block is null || (uint)(n - 1) >= (uint)block.Unread)
        {
            return PeekSlow(n);
        }

        block.Exposed = true;
        return block.UnreadSpan(n);
    }

    /// <summary>As <see cref="Peek"/>, where fewer bytes are no error.</summary>
    /// <param name="n">Number of bytes; zero or less succeeds with an empty span.</param>
    /// <param name="bytes">The bytes, valid as those of <see cref="Peek"/>; empty if there are too few.</param>
    /// <returns>False if the buffer holds fewer bytes.</returns>
    public bool TryPeek(int n, out ReadOnlySpan<byte> bytes)
    {
        Block? block = _read;
        if (block is not null && (uint)(n - 1) < (uint)block.Unread)
        {
            block.Exposed = true;
            bytes = block.UnreadSpan(n);
            return true;
        }

        bool isEnough = n <= Length;
        bytes = isEnough ? PeekSlow(n) : default;
        return isEnough;
    }

    /// <summary>As <see cref="Next"/>, where fewer bytes are no error.</summary>
    /// <param name="n">Number of bytes; zero or less succeeds with an empty span.</param>
    /// <param name="bytes">The bytes, valid until <see cref="Release"/>; empty if there are too few.</param>
    /// <returns>False, and nothing is taken, if the buffer holds fewer bytes.</returns>
    public bool TryNext(int n, out ReadOnlySpan<byte> bytes)
    {
        bool isEnough = n <= Length;
        bytes = isEnough ? Next(n) : default;
        return isEnough;
    }

    /// <summary>Takes the next <paramref name="n"/> bytes without looking at them.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less does nothing.</param>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes; none is taken.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(long n)
    {
        Block? block = _read;
        if (block is null || (ulong)(n - 1) >= (ulong)block.Unread)
        {
            SkipSlow(n);
            return;
        }

        block.Start += (int)n;
        Consumed(n);
    }

    /// <summary>Takes one byte.</summary>
    /// <returns>The byte.</returns>
    /// <exception cref="InvalidOperationException">The buffer is empty.</exception>
    public byte ReadByte()
    {
        Block? block = _read;
        if (block is null || block.Unread == 0)
        {
            EnsureReadable(1);
            block = FirstUnread();
        }

        byte value = Unsafe.Add(ref block.Data(), block.Start);
        block.Start++;
        Consumed(1);
        return value;
    }

    /// <summary>Takes one byte, if there is one.</summary>
    /// <param name="value">The byte, or 0.</param>
    /// <returns>False if the buffer is empty.</returns>
    public bool TryReadByte(out byte value)
    {
        bool isAny = Length > 0;
        value = isAny ? ReadByte() : (byte)0;
        return isAny;
    }

    /// <summary>Takes the next <paramref name="n"/> bytes as a new array, which is the caller's own.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less gives an empty array.</param>
    /// <returns>A copy that no pool will ever get back.</returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    public byte[] ReadBinary(int n)
    {
        if (n <= 0)
        {
            return [];
        }

        EnsureReadable(n);
        byte[] copy = GC.AllocateUninitializedArray<byte>(n);
        CopyOut(copy);
        return copy;
    }

    /// <summary>Takes the next <paramref name="n"/> bytes as UTF-8 text.</summary>
    /// <param name="n">Number of bytes, not characters, at most <see cref="Length"/>; zero or less gives an empty string.</param>
    /// <returns>The text; bytes that are not UTF-8 become U+FFFD.</returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    public string ReadString(int n)
    {
        if (n <= 0)
        {
            return string.Empty;
        }

        // Decoding stays in one piece, so that a character may lie across blocks; the copy, if any, is the one for peeking.
        string text = Encoding.UTF8.GetString(Peek(n));
        Skip(n);
        return text;
    }

    /// <summary>
    /// Takes up to <c>destination.Length</c> bytes by copying them, and returns at once the blocks that this read to the end, unless
    /// something of them is still shown to the caller.
    /// </summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <returns>Number of bytes copied: the smaller of <see cref="Length"/> and the destination's length.</returns>
    public int Read(Span<byte> destination)
    {
        int n = (int)Math.Min(destination.Length, Length);
        if (n > 0)
        {
            CopyOut(destination[..n]);
            ReleaseUnexposed();
        }

        return n;
    }

    /// <summary>Counts bytes as read, and makes the peeked copy stale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Consumed(long n)
    {
        Volatile.Write(ref _consumed, _consumed + n);
        if (_peeked is not null)
        {
            _peeked.End = 0;
        }
    }

    private void EnsureReadable(long n)
    {
        long length = Length;
        if (n > length)
        {
            BufferThrow.NotEnough(n, length);
        }
    }

    /// <summary>Steps over blocks that are read to their end. The caller knows that there is a byte to read.</summary>
    private Block FirstUnread()
    {
        Block block = _read!;
        while (block.Unread == 0)
        {
            _head ??= block;
            block = block.NextBlock!;
            _read = block;
        }

        return block;
    }

    private ReadOnlySpan<byte> NextSlow(int n)
    {
        if (n <= 0)
        {
            return default;
        }

        EnsureReadable(n);
        if (FirstUnread().Unread >= n)
        {
            return Next(n);
        }

        Block copy = _pool.Rent(n);
        copy.NextBlock = _copies;
        _copies = copy;
        Span<byte> bytes = copy.SpanAt(0, n);
        CopyOut(bytes);
        return bytes;
    }

    private void SkipSlow(long n)
    {
        if (n <= 0)
        {
            return;
        }

        EnsureReadable(n);
        Consumed(n);
        while (true)
        {
            Block block = FirstUnread();
            int step = (int)Math.Min(n, block.Unread);
            block.Start += step;
            n -= step;
            if (n == 0)
            {
                return;
            }
        }
    }

    /// <summary>Takes exactly <c>destination.Length</c> bytes, of which the caller knows that they are there.</summary>
    private void CopyOut(Span<byte> destination)
    {
        Consumed(destination.Length);
        while (destination.Length > 0)
        {
            Block block = FirstUnread();
            int step = Math.Min(destination.Length, block.Unread);
            block.UnreadSpan(step).CopyTo(destination);
            block.Start += step;
            destination = destination[step..];
        }
    }

    private ReadOnlySpan<byte> PeekSlow(int n)
    {
        if (n <= 0)
        {
            return default;
        }

        EnsureReadable(n);
        Block block = FirstUnread();
        if (block.Unread >= n)
        {
            return Peek(n);
        }

        Block copy = RoomToPeek(n);
        CopyFrom(block, copy, n);
        return copy.SpanAt(0, n);
    }

    private Block RoomToPeek(int n)
    {
        Block? old = _peeked;
        if (old is not null && old.Limit >= n)
        {
            return old;
        }

        Block wider = _pool.Rent(n);
        if (old is not null)
        {
            // A span over the old copy may still be read; it stays until Release. Sizes at least double, so all of them weigh less than the last.
            old.SpanAt(0, old.End).CopyTo(wider.SpanAt(0, old.End));
            wider.End = old.End;
            old.NextBlock = _copies;
            _copies = old;
        }

        _peeked = wider;
        return wider;
    }

    /// <summary>Extends the peeked copy to <paramref name="n"/> bytes; what it has already is not copied again.</summary>
    private static void CopyFrom(Block block, Block copy, int n)
    {
        int passed = 0;
        while (copy.End < n)
        {
            int unread = block.Unread;
            int from = copy.End - passed;
            if (from < unread)
            {
                int step = Math.Min(unread - from, n - copy.End);
                block.SpanAt(block.Start + from, step).CopyTo(copy.SpanAt(copy.End, step));
                copy.End += step;
            }

            passed += unread;
            block = block.NextBlock!;
        }
    }
}
