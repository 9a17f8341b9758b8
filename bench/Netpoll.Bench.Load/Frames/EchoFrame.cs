using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Netpoll.Bench.Load.Frames;

/// <summary>
/// What the load sends and expects back: a 4-byte big-endian length, then a body that begins with its stamp and goes on with bytes that all
/// requests share. There is one frame in memory, whose stamp is written over for each request. One thread at a time.
/// </summary>
internal sealed unsafe class EchoFrame : IDisposable
{
    /// <summary>The length and the stamp: the bytes that differ from request to request.</summary>
    public const int HeadBytes = LengthBytes + StampBytes;

    /// <summary>The shortest body: it has to have room for the stamp.</summary>
    public const int StampBytes = sizeof(int) + sizeof(int) + sizeof(long);

    private const int LengthBytes = 4;

    private readonly byte* _frame;

    /// <summary>Frames with a body of this many bytes, at least <see cref="StampBytes"/>.</summary>
    public EchoFrame(int bodyBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bodyBytes, StampBytes);
        Length = LengthBytes + bodyBytes;
        _frame = (byte*)NativeMemory.Alloc((nuint)Length);
        var bytes = new Span<byte>(_frame, Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes, bodyBytes);

        // A seed, so that every run sends the same; random, so that no two stretches are alike.
        new Random(1).NextBytes(bytes[LengthBytes..]);
    }

    /// <summary>Bytes of a frame, length and body.</summary>
    public int Length { get; }

    /// <summary>The bytes after the head.</summary>
    public ReadOnlySpan<byte> Rest => new(_frame + HeadBytes, Length - HeadBytes);

    /// <summary>Makes the frame this request's and returns its first byte; good until the next call.</summary>
    public byte* Stamp(FrameStamp stamp)
    {
        var bytes = new Span<byte>(_frame + LengthBytes, StampBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, stamp.Connection);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], stamp.Slot);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], stamp.Sequence);
        return _frame;
    }

    /// <summary>Reads the head of a reply.</summary>
    /// <param name="head">Its <see cref="HeadBytes"/> bytes.</param>
    /// <param name="stamp">Which request it answers.</param>
    /// <returns>False when its length is wrong.</returns>
    public bool TryReadHead(ReadOnlySpan<byte> head, out FrameStamp stamp)
    {
        stamp = new FrameStamp(
            BinaryPrimitives.ReadInt32LittleEndian(head[LengthBytes..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[12..]));
        return BinaryPrimitives.ReadInt32BigEndian(head) == Length - LengthBytes;
    }

    public void Dispose() => NativeMemory.Free(_frame);
}
