using System.Buffers.Binary;
using Netpoll.Poller.Buffers;

namespace Echo.Load;

/// <summary>
/// What the load sends: a 4-byte big-endian length, then a body that begins with the number of its connection and of its request, so that
/// a reply to any other request is noticed, and goes on with bytes that all requests share. Immutable; any thread.
/// </summary>
internal sealed class EchoFrame
{
    private const int HeaderBytes = 4;
    private const int MarkBytes = sizeof(int) + sizeof(long);

    /// <summary>The longest that <see cref="WriteHead"/> writes.</summary>
    public const int MaxHeadBytes = HeaderBytes + MarkBytes;

    private readonly int _bodyBytes;
    private readonly byte[] _rest;

    /// <summary>Frames with a body of this many bytes, at least 1.</summary>
    public EchoFrame(int bodyBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bodyBytes, 1);
        _bodyBytes = bodyBytes;
        HeadBytes = HeaderBytes + Math.Min(bodyBytes, MarkBytes);
        _rest = new byte[Length - HeadBytes];

        // A seed, so that every run sends the same; random, so that no two stretches are alike.
        new Random(1).NextBytes(_rest);
    }

    /// <summary>Bytes of a frame, header and body.</summary>
    public int Length => HeaderBytes + _bodyBytes;

    /// <summary>Bytes that differ from request to request: the header and the mark, or as much of it as the body has room for.</summary>
    public int HeadBytes { get; }

    /// <summary>The bytes after the head.</summary>
    public ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Appends one request. A long body is not copied: the buffer refers to it.</summary>
    public void Write(LinkBuffer output, int connection, long request)
    {
        Span<byte> head = stackalloc byte[MaxHeadBytes];
        WriteHead(head, connection, request);
        output.WriteBinary(head[..HeadBytes]);
        output.WriteBinary(_rest.AsMemory());
    }

    /// <summary>Writes header and mark, whole: the first <see cref="HeadBytes"/> of it are sent.</summary>
    public void WriteHead(Span<byte> head, int connection, long request)
    {
        BinaryPrimitives.WriteInt32BigEndian(head, _bodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head[HeaderBytes..], connection);
        BinaryPrimitives.WriteInt64LittleEndian(head[(HeaderBytes + sizeof(int))..], request);
    }
}
