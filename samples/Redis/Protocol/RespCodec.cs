using System.Buffers;
using Netpoll.Actors.Framing;

namespace RedisSample.Protocol;

/// <summary>
/// A frame is one command, or one answer, as it stands on the wire. What no command begins with is a frame too, with all that has come after
/// it: a handler that is told of it can say so to the client before it hangs up.
/// </summary>
internal sealed class RespCodec : IFrameCodec
{
    public static RespCodec Instance { get; } = new();

    public int MaxOverheadBytes => 0;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        RespStatus status = RespCommand.TryRead(input, arguments: null, out SequencePosition end, out _);
        frame = status switch
        {
            RespStatus.Complete => new FrameBounds(PrefixBytes: 0, input.Slice(0, end).Length),
            RespStatus.Malformed => new FrameBounds(PrefixBytes: 0, input.Length),
            _ => default,
        };
        return status == RespStatus.Incomplete ? DecodeStatus.Incomplete : DecodeStatus.Complete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        // An answer says itself where it ends.
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // As before it.
    }
}
