using System.Buffers;
using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>The codecs that the specifications for all of them run on, by name, and payloads that each can carry.</summary>
internal static class CodecSubjects
{
    private static readonly Dictionary<string, IFrameCodec> s_codecs = new()
    {
        ["length field"] = Codecs.LengthField(),
        ["1-byte length"] = Codecs.LengthField(1),
        ["3-byte little-endian length"] = Codecs.LengthField(3, littleEndian: true),
        ["8-byte length that counts itself"] = Codecs.LengthField(8, countsItself: true),
        ["magic before the length"] = Codecs.LengthField(new LengthFieldOptions { FieldOffset = 2, FieldBytes = 2, Header = new byte[] { 0xCA, 0xFE } }),
        ["header behind the length"] = Codecs.LengthField(new LengthFieldOptions { FieldBytes = 2, Adjustment = 3, StripBytes = 5 }),
        ["length that counts the whole frame"] = Codecs.LengthField(new LengthFieldOptions { FieldOffset = 1, FieldBytes = 4, Adjustment = -5, IsLittleEndian = true }),
        ["varint"] = Codecs.Varint(),
        ["delimiter"] = Codecs.Delimiter("--|"u8),
        ["several delimiters"] = Codecs.Delimiter([";"u8.ToArray(), "end"u8.ToArray(), "\r\n"u8.ToArray()]),
        ["line"] = Codecs.Line(),
        ["line with carriage return"] = Codecs.Line(crLf: true),
        ["fixed"] = Codecs.Fixed(8),
        ["netstring"] = new NetstringCodec(),
    };

    public static IEnumerable<string> Names => s_codecs.Keys;

    public static IFrameCodec Get(string name) => s_codecs[name];

    /// <summary>Bytes that the codec can frame: of the only length that it has, and without its delimiter. Up to 200 bytes.</summary>
    public static byte[] Payload(string name, int count, Random random)
    {
        bool isText = name.Contains("delimiter", StringComparison.Ordinal) || name.StartsWith("line", StringComparison.Ordinal);
        byte[] payload = new byte[name == "fixed" ? 8 : count];
        for (int i = 0; i < payload.Length; i++)
        {
            // Half-finished delimiters occur in it, whole ones do not.
            payload[i] = isText ? (byte)"-en\rabc"[random.Next(7)] : (byte)random.Next(256);
        }

        if (isText && payload.Length > 0)
        {
            // A carriage return there would belong to the line's end, and dashes to the delimiter's beginning.
            payload[^1] = (byte)'a';
        }

        return payload;
    }

    /// <summary>The frames of these payloads, one behind the other.</summary>
    public static byte[] Encode(IFrameCodec codec, params IEnumerable<byte[]> payloads)
    {
        ArrayBufferWriter<byte> output = new();
        foreach (byte[] payload in payloads)
        {
            codec.EncodePrefix(output, payload.Length);
            output.Write(payload);
            codec.EncodeSuffix(output, payload.Length);
        }

        return output.WrittenSpan.ToArray();
    }
}
