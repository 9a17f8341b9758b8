namespace Echo.Load;

/// <summary>
/// Compares what comes back on one connection with what was sent, byte for byte, as it comes: replies may be cut anywhere and need not
/// be gathered. One thread at a time.
/// </summary>
/// <param name="frame">What was sent.</param>
/// <param name="connection">The connection's number.</param>
internal struct ReplyVerifier(EchoFrame frame, int connection)
{
    // The byte expected next: which request's reply, and where in it.
    private long _request;
    private int _offset;

    /// <summary>Takes bytes up to the end of the current reply.</summary>
    /// <param name="bytes">What has come; what is left of it belongs to later replies.</param>
    /// <param name="isWhole">True when the current reply ended.</param>
    /// <returns>False when a byte was wrong.</returns>
    public bool TryTake(ref ReadOnlySpan<byte> bytes, out bool isWhole)
    {
        isWhole = false;
        if (_offset < frame.HeadBytes)
        {
            Span<byte> head = stackalloc byte[EchoFrame.MaxHeadBytes];
            frame.WriteHead(head, connection, _request);
            if (!TryMatch(head[_offset..frame.HeadBytes], ref bytes))
            {
                return false;
            }
        }

        if (_offset >= frame.HeadBytes && !TryMatch(frame.Rest[(_offset - frame.HeadBytes)..], ref bytes))
        {
            return false;
        }

        if (_offset == frame.Length)
        {
            isWhole = true;
            _request++;
            _offset = 0;
        }

        return true;
    }

    private bool TryMatch(scoped ReadOnlySpan<byte> expected, ref ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(expected.Length, bytes.Length);
        bool isMatch = bytes[..count].SequenceEqual(expected[..count]);
        bytes = bytes[count..];
        _offset += count;
        return isMatch;
    }
}
