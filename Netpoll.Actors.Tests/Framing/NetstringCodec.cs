using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>A codec as a user would write one: netstrings, <c>5:hello,</c>.</summary>
internal sealed class NetstringCodec : IFrameCodec
{
    private const int MaxDigits = 9;

    public int MaxOverheadBytes => MaxDigits + 2;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        int shown = (int)Math.Min(input.Length, digits.Length);
        input.Slice(0, shown).CopyTo(digits);
        int colon = digits[..shown].IndexOf((byte)':');
        frame = default;
        if (colon < 0)
        {
            return shown == digits.Length || digits[..shown].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? DecodeStatus.Invalid : DecodeStatus.Incomplete;
        }

        if (!Utf8Parser.TryParse(digits, out uint length, out int parsed) || parsed != colon)
        {
            return DecodeStatus.Invalid;
        }

        FrameBounds bounds = new(colon + 1, length, 1);
        if (input.Length >= bounds.TotalBytes && input.Slice(bounds.TotalBytes - 1).FirstSpan[0] != ',')
        {
            return DecodeStatus.Invalid;
        }

        frame = bounds;
        return input.Length >= bounds.TotalBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes) =>
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{payloadBytes}:")));

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes) => output.Write(","u8);
}
