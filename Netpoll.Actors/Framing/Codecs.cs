namespace Netpoll.Actors.Framing;

/// <summary>The framings that are ready to use.</summary>
public static class Codecs
{
    private static readonly LengthFieldCodec s_default = new();

    /// <summary>Four bytes, big-endian, that say how long the payload is; then the payload.</summary>
    public static IFrameCodec LengthField() => s_default;

    /// <summary>A length field of another form: see <see cref="LengthFieldCodec(int, bool, bool)"/>.</summary>
    public static IFrameCodec LengthField(int fieldBytes, bool littleEndian = false, bool countsItself = false) =>
        new LengthFieldCodec(fieldBytes, littleEndian, countsItself);
}
