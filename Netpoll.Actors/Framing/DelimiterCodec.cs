using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>A payload, then a mark that ends it. Several marks may be known: the one that is complete first ends the frame.</summary>
/// <remarks>
/// What decides is where a mark ends, because only that is the same however the bytes were cut into packets: of <c>\n</c> and <c>\r\n</c>,
/// which end together, the longer counts, also when its first byte came a packet earlier.
/// </remarks>
internal sealed class DelimiterCodec : IFrameCodec
{
    /// <summary>Longest first.</summary>
    private readonly byte[][] _delimiters;

    private readonly SearchValues<byte> _lastBytes;
    private readonly byte[] _written;
    private readonly bool _isKept;

    /// <summary>Takes the marks.</summary>
    /// <param name="delimiters">At least one, none of them empty. The first is the one that is written.</param>
    /// <param name="keep">Whether the mark belongs to the payload.</param>
    public DelimiterCodec(IReadOnlyList<byte[]> delimiters, bool keep)
    {
        ArgumentNullException.ThrowIfNull(delimiters);
        if (delimiters.Count == 0 || delimiters.Any(delimiter => delimiter is not { Length: > 0 }))
        {
            throw new ArgumentException("There must be a delimiter, and none may be empty.", nameof(delimiters));
        }

        _delimiters = [.. delimiters.Select(delimiter => delimiter.ToArray()).OrderByDescending(delimiter => delimiter.Length)];
        ThrowIfUnreachable(_delimiters);
        _lastBytes = SearchValues.Create([.. _delimiters.Select(delimiter => delimiter[^1])]);
        _written = delimiters[0].ToArray();
        _isKept = keep;
    }

    public int MaxOverheadBytes => _isKept ? 0 : _delimiters[0].Length;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame) => TryDecode(input, 0, out frame);

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, long seen, out FrameBounds frame)
    {
        // Only a byte that is new can end a delimiter; the others of it may be old.
        long offset = seen;
        foreach (ReadOnlyMemory<byte> segment in input.Slice(seen))
        {
            ReadOnlySpan<byte> span = segment.Span;
            for (int from = 0; from < span.Length; from++)
            {
                int found = span[from..].IndexOfAny(_lastBytes);
                if (found < 0)
                {
                    break;
                }

                from += found;
                long end = offset + from + 1;
                int delimiterBytes = LengthOfDelimiterBefore(input, span[..(from + 1)], end);
                if (delimiterBytes > 0)
                {
                    frame = _isKept ? new FrameBounds(0, end) : new FrameBounds(0, end - delimiterBytes, delimiterBytes);
                    return DecodeStatus.Complete;
                }
            }

            offset += span.Length;
        }

        frame = default;
        return DecodeStatus.Incomplete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        // A frame begins with its payload.
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        if (!_isKept)
        {
            output.Write(_written);
        }
    }

    // A delimiter that has another one in it, but not at its end, is never complete first.
    private static void ThrowIfUnreachable(byte[][] delimiters)
    {
        for (int i = 0; i < delimiters.Length; i++)
        {
            for (int j = i + 1; j < delimiters.Length; j++)
            {
                int at = delimiters[i].AsSpan().IndexOf(delimiters[j]);
                if (at >= 0 && at + delimiters[j].Length < delimiters[i].Length)
                {
                    throw new ArgumentException(
                        $"The delimiter {Convert.ToHexString(delimiters[i])} would never be found: {Convert.ToHexString(delimiters[j])}, a part of it, ends first.",
                        nameof(delimiters));
                }
            }
        }
    }

    /// <summary>The length of the longest delimiter that ends at <paramref name="end"/>; 0 if none does.</summary>
    private int LengthOfDelimiterBefore(in ReadOnlySequence<byte> input, ReadOnlySpan<byte> before, long end)
    {
        foreach (byte[] delimiter in _delimiters)
        {
            if (before.Length >= delimiter.Length ? before.EndsWith(delimiter) : end >= delimiter.Length && IsAt(input, end - delimiter.Length, delimiter))
            {
                return delimiter.Length;
            }
        }

        return 0;
    }

    // Across segments: rare, and no longer than a delimiter.
    private static bool IsAt(in ReadOnlySequence<byte> input, long at, ReadOnlySpan<byte> delimiter)
    {
        foreach (ReadOnlyMemory<byte> segment in input.Slice(at, delimiter.Length))
        {
            if (!delimiter.StartsWith(segment.Span))
            {
                return false;
            }

            delimiter = delimiter[segment.Length..];
        }

        return true;
    }
}
