using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>Frames of the same length each, and nothing between them.</summary>
internal sealed class FixedLengthCodec : IFrameCodec
{
    private readonly int _frameBytes;

    public FixedLengthCodec(int frameBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameBytes, 1);
        _frameBytes = frameBytes;
    }

    public int MaxOverheadBytes => 0;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = new FrameBounds(0, _frameBytes);
        return input.Length >= _frameBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        if (payloadBytes != _frameBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(payloadBytes), payloadBytes, $"A frame has {_frameBytes} bytes.");
        }
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // A frame is its payload.
    }
}
