namespace Netpoll.Bench.Load.Frames;

/// <summary>
/// Compares what comes back on one connection with what was sent, byte for byte, as it comes: replies may be cut anywhere and need not be
/// gathered. Whether a stamp is of a request that is under way is the caller's to know. One thread at a time; mutable, do not copy.
/// </summary>
internal unsafe struct ReplyVerifier
{
    /// <summary>The head of the current reply, as far as it has come.</summary>
    private fixed byte _head[EchoFrame.HeadBytes];

    private int _received;

    /// <summary>The stamp of the reply that was whole last.</summary>
    public FrameStamp Stamp { get; private set; }

    /// <summary>Takes bytes up to the end of the current reply's head, or, once that is complete, up to its end.</summary>
    /// <param name="frame">What was sent.</param>
    /// <param name="bytes">What has come; what is left of it belongs to what follows.</param>
    /// <returns>What the bytes came to.</returns>
    public ReplyProgress Take(EchoFrame frame, ref ReadOnlySpan<byte> bytes) =>
        _received < EchoFrame.HeadBytes ? TakeHead(frame, ref bytes) : TakeRest(frame, ref bytes);

    /// <summary>Forgets the part of a reply that has come: the connection is a new one.</summary>
    public void Reset() => _received = 0;

    private ReplyProgress TakeHead(EchoFrame frame, ref ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = _head)
        {
            var head = new Span<byte>(pointer, EchoFrame.HeadBytes);
            int count = Math.Min(head.Length - _received, bytes.Length);
            bytes[..count].CopyTo(head[_received..]);
            bytes = bytes[count..];
            _received += count;
            if (_received < head.Length)
            {
                return ReplyProgress.Partial;
            }

            bool isRight = frame.TryReadHead(head, out FrameStamp stamp);
            Stamp = stamp;
            return isRight ? Progress(frame) : ReplyProgress.Wrong;
        }
    }

    private ReplyProgress TakeRest(EchoFrame frame, ref ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> expected = frame.Rest[(_received - EchoFrame.HeadBytes)..];
        int count = Math.Min(expected.Length, bytes.Length);
        if (!bytes[..count].SequenceEqual(expected[..count]))
        {
            return ReplyProgress.Wrong;
        }

        bytes = bytes[count..];
        _received += count;
        return Progress(frame);
    }

    private ReplyProgress Progress(EchoFrame frame)
    {
        if (_received < frame.Length)
        {
            return ReplyProgress.Partial;
        }

        _received = 0;
        return ReplyProgress.Whole;
    }
}

/// <summary>How far a reply has come.</summary>
internal enum ReplyProgress
{
    /// <summary>More of it is to come.</summary>
    Partial,

    /// <summary>Its last byte has come, and all were right; its stamp is known.</summary>
    Whole,

    /// <summary>A byte was not the one that was sent.</summary>
    Wrong,
}
