using System.Buffers;

namespace Netpoll.Poller.Buffers;

/// <summary>Finding bytes, block by block with the runtime's vectorised searches, without joining blocks.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Takes everything up to and including the first <paramref name="delimiter"/>.</summary>
    /// <param name="delimiter">The byte that ends it.</param>
    /// <returns>The bytes, as <see cref="Next"/> gives them.</returns>
    /// <exception cref="InvalidOperationException">No readable byte is the delimiter; nothing is taken.</exception>
    public ReadOnlySpan<byte> Until(byte delimiter) =>
        TryUntil(delimiter, out ReadOnlySpan<byte> bytes)
            ? bytes
            : throw new InvalidOperationException($"None of the {Length} bytes in the buffer is the delimiter {delimiter}.");

    /// <summary>As <see cref="Until"/>, where a missing delimiter is no error.</summary>
    /// <param name="delimiter">The byte that ends it.</param>
    /// <param name="bytes">The bytes with the delimiter, as <see cref="Next"/> gives them; empty if there is none.</param>
    /// <returns>False, and nothing is taken, if no readable byte is the delimiter.</returns>
    public bool TryUntil(byte delimiter, out ReadOnlySpan<byte> bytes)
    {
        long index = IndexOf(delimiter);
        bytes = index >= 0 ? Next(checked((int)index + 1)) : default;
        return index >= 0;
    }

    /// <summary>Finds a byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="from">Number of readable bytes to leave out first; below 0 counts as 0.</param>
    /// <returns>Its offset from the next byte to be read, or -1.</returns>
    public long IndexOf(byte value, long from = 0)
    {
        var walk = new Walk(this, from);
        while (walk.MoveNext())
        {
            int index = walk.Current.IndexOf(value);
            if (index >= 0)
            {
                return walk.Offset + index;
            }
        }

        return -1;
    }

    /// <summary>Finds the first of several bytes.</summary>
    /// <param name="values">The bytes; create them once.</param>
    /// <param name="from">Number of readable bytes to leave out first; below 0 counts as 0.</param>
    /// <returns>The offset from the next byte to be read, or -1.</returns>
    public long IndexOfAny(SearchValues<byte> values, long from = 0)
    {
        var walk = new Walk(this, from);
        while (walk.MoveNext())
        {
            int index = walk.Current.IndexOfAny(values);
            if (index >= 0)
            {
                return walk.Offset + index;
            }
        }

        return -1;
    }

    /// <summary>Finds a row of bytes, also where it lies across blocks.</summary>
    /// <param name="value">The bytes; empty is found at once.</param>
    /// <param name="from">Number of readable bytes to leave out first; below 0 counts as 0.</param>
    /// <returns>The offset of its first byte from the next byte to be read, or -1.</returns>
    public long IndexOf(ReadOnlySpan<byte> value, long from = 0)
    {
        if (value.Length <= 1)
        {
            return value.IsEmpty ? (from <= Length ? Math.Max(0, from) : -1) : IndexOf(value[0], from);
        }

        var walk = new Walk(this, from);
        while (walk.MoveNext())
        {
            int index = walk.Current.IndexOf(value);
            if (index >= 0)
            {
                return walk.Offset + index;
            }

            long across = IndexAcross(walk, value);
            if (across >= 0)
            {
                return across;
            }
        }

        return -1;
    }

    /// <summary>Finds an occurrence that begins in the current piece and ends behind it.</summary>
    private static long IndexAcross(in Walk walk, ReadOnlySpan<byte> value)
    {
        int start = Math.Max(0, walk.Current.Length - (value.Length - 1));
        while (start < walk.Current.Length)
        {
            int step = walk.Current[start..].IndexOf(value[0]);
            if (step < 0)
            {
                break;
            }

            start += step;
            if (ContinuesWith(walk, start, value))
            {
                return walk.Offset + start;
            }

            start++;
        }

        return -1;
    }

    private static bool ContinuesWith(Walk walk, int start, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> piece = walk.Current[start..];
        while (piece.Length < value.Length)
        {
            if (!value.StartsWith(piece))
            {
                return false;
            }

            value = value[piece.Length..];
            if (!walk.MoveNext())
            {
                return false;
            }

            piece = walk.Current;
        }

        return piece.StartsWith(value);
    }

    /// <summary>Goes over the readable pieces of a buffer; a copy goes on from where the original is.</summary>
    private ref struct Walk
    {
        private Block? _block;
        private long _left;
        private long _skip;

        public Walk(LinkBuffer buffer, long from)
        {
            long length = buffer.Length;
            _skip = Math.Max(0, from);
            _left = length;
            if (_skip < length)
            {
                _block = buffer._read;
            }
        }

        /// <summary>The piece; never empty.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Offset of the piece from the next byte to be read.</summary>
        public long Offset { get; private set; }

        public bool MoveNext()
        {
            Offset += Current.Length;
            while (_block is { } block && _left > 0)
            {
                int length = (int)Math.Min(_left, block.Unread);
                _left -= length;
                _block = block.NextBlock;
                if (_skip >= length)
                {
                    _skip -= length;
                    Offset += length;
                    continue;
                }

                int skip = (int)_skip;
                _skip = 0;
                Offset += skip;
                Current = block.SpanAt(block.Start + skip, length - skip);
                return true;
            }

            return false;
        }
    }
}
