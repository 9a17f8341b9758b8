namespace Netpoll.Actors.Framing;

/// <summary>Where a frame lies: so many bytes before the payload, the payload, and so many bytes after it.</summary>
/// <param name="PrefixBytes">Bytes before the payload, 0 or more: a length field, for example.</param>
/// <param name="PayloadBytes">Bytes of the payload, 0 or more.</param>
/// <param name="SuffixBytes">Bytes after the payload, 0 or more: a line end, for example.</param>
public readonly record struct FrameBounds(int PrefixBytes, long PayloadBytes, int SuffixBytes = 0)
{
    /// <summary>Bytes of the whole frame.</summary>
    public long TotalBytes => PrefixBytes + PayloadBytes + SuffixBytes;
}
