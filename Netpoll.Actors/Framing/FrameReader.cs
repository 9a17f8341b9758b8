using System.Buffers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>What <see cref="FrameReader.TryRead"/> found.</summary>
internal enum FrameStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A frame was cut off.</summary>
    Complete,

    /// <summary>The codec says that no frame begins like this.</summary>
    Invalid,

    /// <summary>The frame is longer than the limit.</summary>
    TooLarge,
}

/// <summary>
/// Cuts frames off a connection's input. Enforces the frame limit where no codec can forget it: a codec sees a window of at most the
/// limit, and bounds beyond it are refused as soon as they are known, before the payload has come.
/// </summary>
internal struct FrameReader(IFrameCodec codec, int maxFrameBytes)
{
    private readonly long _window = (long)maxFrameBytes + codec.MaxOverheadBytes;

    /// <summary>How many bytes must be there before asking the codec again makes sense: a big frame is not looked at with every packet.</summary>
    private long _needed = 1;

    /// <summary>How many bytes the codec has seen of a frame whose bounds it cannot tell yet: it need not search them again.</summary>
    private long _seen;

    /// <summary>Cuts the next frame's payload off the input.</summary>
    /// <param name="input">Consumed when a frame was found; its other bytes stay.</param>
    /// <param name="payload">Empty on entry; gets the payload, without a copy, when the frame is complete.</param>
    public FrameStatus TryRead(LinkBuffer input, BufferSlice payload)
    {
        long length = input.Length;
        if (length < _needed)
        {
            return FrameStatus.Incomplete;
        }

        long visible = Math.Min(length, _window);
        ReadOnlySequence<byte> window = input.AsSequence(visible);
        FrameBounds frame;
        switch (_seen == 0 ? codec.TryDecode(window, out frame) : codec.TryDecode(window, _seen, out frame))
        {
            case DecodeStatus.Complete when frame.PayloadBytes <= maxFrameBytes:
                (_needed, _seen) = (1, 0);
                input.Skip(frame.PrefixBytes);
                input.Slice((int)frame.PayloadBytes, payload);
                input.Skip(frame.SuffixBytes);
                return FrameStatus.Complete;
            case DecodeStatus.Incomplete when frame.PayloadBytes <= maxFrameBytes && visible < _window:
                _needed = Math.Max(frame.TotalBytes, length + 1);
                _seen = frame == default ? visible : 0;
                return FrameStatus.Incomplete;
            case DecodeStatus.Invalid:
                return FrameStatus.Invalid;
            default:
                return FrameStatus.TooLarge;
        }
    }
}
