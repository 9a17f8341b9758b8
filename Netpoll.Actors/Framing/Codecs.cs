namespace Netpoll.Actors.Framing;

/// <summary>The framings that are ready to use. One of your own is an <see cref="IFrameCodec"/>. None of them knows the frame limit: the connection does.</summary>
public static class Codecs
{
    private static readonly LengthFieldCodec s_default = new();
    private static readonly VarintCodec s_varint = new();
    private static readonly RawCodec s_raw = new();
    private static readonly DelimiterCodec s_line = new([[(byte)'\n'], [(byte)'\r', (byte)'\n']], keep: false);
    private static readonly DelimiterCodec s_lineCrLf = new([[(byte)'\r', (byte)'\n'], [(byte)'\n']], keep: false);

    /// <summary>Four bytes, big-endian, that say how long the payload is; then the payload.</summary>
    public static IFrameCodec LengthField() => s_default;

    /// <summary>A length field of another form: see <see cref="LengthFieldCodec(int, bool, bool)"/>.</summary>
    public static IFrameCodec LengthField(int fieldBytes, bool littleEndian = false, bool countsItself = false) =>
        new LengthFieldCodec(fieldBytes, littleEndian, countsItself);

    /// <summary>A length field of any form: see <see cref="LengthFieldOptions"/>.</summary>
    /// <exception cref="ArgumentException">The options do not go together, or one is out of range.</exception>
    public static IFrameCodec LengthField(LengthFieldOptions options) => new LengthFieldCodec(options);

    /// <summary>
    /// The payload's length as a base-128 varint of 1 to 5 bytes, least significant group first; then the payload. How Protocol Buffers'
    /// delimited messages have it.
    /// </summary>
    public static IFrameCodec Varint() => s_varint;

    /// <summary>The payload, then a mark that it must not contain.</summary>
    /// <param name="delimiter">The mark, at least 1 byte; copied.</param>
    /// <param name="keep">Whether the mark belongs to the payload, received and sent. Defaults to false: it is cut off, and added.</param>
    /// <exception cref="ArgumentException">The mark is empty.</exception>
    public static IFrameCodec Delimiter(ReadOnlySpan<byte> delimiter, bool keep = false) => new DelimiterCodec([delimiter.ToArray()], keep);

    /// <summary>The payload, then one of several marks: the first that is complete. Of two that end at the same byte the longer counts.</summary>
    /// <param name="delimiters">The marks, at least one, each of at least 1 byte; copied. The first is the one that is sent.</param>
    /// <param name="keep">Whether the mark belongs to the payload, received and sent. Defaults to false: it is cut off, and added.</param>
    /// <exception cref="ArgumentException">There is none, one is empty, or one holds another that is complete before it, so that it would never be found.</exception>
    public static IFrameCodec Delimiter(IReadOnlyList<byte[]> delimiters, bool keep = false) => new DelimiterCodec(delimiters, keep);

    /// <summary>A line, which ends with <c>\n</c> or <c>\r\n</c>; neither belongs to the payload. A <c>\r</c> elsewhere does.</summary>
    /// <param name="crLf">What ends a line that is sent: <c>\r\n</c> if true. Defaults to false: <c>\n</c>.</param>
    public static IFrameCodec Line(bool crLf = false) => crLf ? s_lineCrLf : s_line;

    /// <summary>Payloads of the same length each, and nothing between them.</summary>
    /// <param name="frameBytes">The length, at least 1. A payload of another length is refused when it is sent.</param>
    public static IFrameCodec Fixed(int frameBytes) => new FixedLengthCodec(frameBytes);

    /// <summary>No frames: each payload is what has come by then, at least 1 byte and at most the frame limit. Where it is cut means nothing.</summary>
    public static IFrameCodec Raw() => s_raw;
}
