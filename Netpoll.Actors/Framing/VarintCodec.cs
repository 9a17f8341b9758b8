using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>
/// A length as a base-128 varint of 1 to 5 bytes, least significant group first, then that many bytes of payload: how Protocol Buffers'
/// delimited messages and Netty's <c>ProtobufVarint32FrameDecoder</c> have it.
/// </summary>
/// <remarks>Lengths are 0 to 4,294,967,295. A varint that is longer than needed is accepted, one that says more is not.</remarks>
internal sealed class VarintCodec : IFrameCodec
{
    private const int MaxFieldBytes = 5;

    public int MaxOverheadBytes => MaxFieldBytes;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = default;
        scoped ReadOnlySpan<byte> field = input.FirstSpan;
        Span<byte> copy = stackalloc byte[MaxFieldBytes];
        if (field.Length < MaxFieldBytes && !input.IsSingleSegment)
        {
            int length = (int)Math.Min(input.Length, MaxFieldBytes);
            input.Slice(0, length).CopyTo(copy);
            field = copy[..length];
        }

        ulong value = 0;
        for (int i = 0; i < field.Length; i++)
        {
            value |= (ulong)(field[i] & 0x7F) << (7 * i);
            if ((field[i] & 0x80) == 0)
            {
                if (value > uint.MaxValue)
                {
                    return DecodeStatus.Invalid;
                }

                frame = new FrameBounds(i + 1, (long)value);
                return input.Length >= frame.TotalBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
            }

            if (i == MaxFieldBytes - 1)
            {
                return DecodeStatus.Invalid;
            }
        }

        return DecodeStatus.Incomplete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadBytes, uint.MaxValue);
        Span<byte> field = output.GetSpan(MaxFieldBytes);
        int count = 0;
        for (; payloadBytes > 0x7F; payloadBytes >>= 7)
        {
            field[count++] = (byte)(payloadBytes | 0x80);
        }

        field[count++] = (byte)payloadBytes;
        output.Advance(count);
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // Nothing follows a payload.
    }

    public string Explain(in ReadOnlySequence<byte> input) => "The peer sent a length that is no varint of 32 bits.";
}
