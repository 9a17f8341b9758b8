namespace Netpoll.Actors.Framing;

/// <summary>
/// The form of a length field, and what of a frame is its payload: everything that Netty's <c>LengthFieldBasedFrameDecoder</c> can be told.
/// Immutable.
/// </summary>
/// <remarks>
/// A frame is <c>FieldOffset + FieldBytes + value + Adjustment</c> bytes long, and its payload is the frame without its first
/// <c>StripBytes</c>.
/// <code>
/// [4: length][payload]                    defaults
/// [2: length, counts itself][payload]     FieldBytes = 2, Adjustment = -2
/// [2: magic][3: length][payload]          FieldOffset = 2, FieldBytes = 3, Header = magic
/// [4: length][1: type][payload]           Adjustment = 1 when the length counts the payload alone, and StripBytes = 4:
///                                         the type is then the payload's first byte
/// </code>
/// </remarks>
public sealed record LengthFieldOptions
{
    /// <summary>The longest header in bytes (arbitrary; it only keeps a slip from becoming an allocation).</summary>
    internal const int MaxHeaderBytes = 64 * 1024;

    /// <summary>Bytes before the length field, 0 to 65,536. Defaults to 0.</summary>
    public int FieldOffset { get; init; }

    /// <summary>Bytes of the length field: 1, 2, 3, 4 or 8. Defaults to 4.</summary>
    public int FieldBytes { get; init; } = 4;

    /// <summary>The byte order of the field. Defaults to big-endian.</summary>
    public bool IsLittleEndian { get; init; }

    /// <summary>
    /// Bytes that follow the length field and that its value does not count (more than 0), or that it counts although they come before
    /// (less than 0). Defaults to 0: the value counts exactly what follows the field.
    /// </summary>
    public int Adjustment { get; init; }

    /// <summary>
    /// How many of the frame's first bytes do not belong to the payload, 0 to 65,536. Defaults to null: all up to the end of the length field.
    /// With fewer, the payload begins within the header, and a payload that is sent brings those bytes along.
    /// </summary>
    public int? StripBytes { get; init; }

    /// <summary>
    /// What sending writes for the stripped bytes, from the frame's first on; the length field is written over it, and zeros where it is
    /// too short. Receiving does not look at it. Defaults to nothing: zeros.
    /// </summary>
    public ReadOnlyMemory<byte> Header { get; init; }
}
