using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>No frames: whatever has come is the next payload, of at most the frame limit. Where it is cut is the network's choice and means nothing.</summary>
internal sealed class RawCodec : IFrameCodec
{
    public int MaxOverheadBytes => 0;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = new FrameBounds(0, input.Length);
        return DecodeStatus.Complete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        // A frame is its payload.
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // A frame is its payload.
    }
}
