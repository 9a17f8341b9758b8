// The code of docs/codecs.md. DocsSpec compares the two: change both.
using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Listeners;

namespace Netpoll.Actors.Tests.Docs;

internal static class CodecsSnippets
{
    public static IFrameCodec[] All()
    {
        // <doc>
        IFrameCodec[] codecs =
        [
            Codecs.LengthField(),                                             // 4 bytes, big-endian
            Codecs.LengthField(fieldBytes: 2, littleEndian: true),
            Codecs.LengthField(new LengthFieldOptions { FieldBytes = 4, FieldOffset = 2, Header = new byte[] { 0xCA, 0xFE } }),
            Codecs.Varint(),                                                  // Protocol Buffers' delimited messages
            Codecs.Line(),                                                    // \n or \r\n
            Codecs.Delimiter("\0"u8),
            Codecs.Fixed(64),
            Codecs.Raw(),                                                     // whatever has come
        ];

        // </doc>
        return codecs;
    }

    public static ListenerOptions Options()
    {
        // <doc>
        ListenerOptions options = new() { MaxFrameBytes = 64 * 1024 };

        // </doc>
        return options;
    }
}

// <doc>
public sealed class TinyCodec : IFrameCodec
{
    public int MaxOverheadBytes => 1;

    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = new FrameBounds(PrefixBytes: 1, PayloadBytes: input.FirstSpan[0]);
        return input.Length >= frame.TotalBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
    }

    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadBytes, byte.MaxValue);
        output.Write([(byte)payloadBytes]);
    }

    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
    }
}

// </doc>
