using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// A message as it was received: a view of the frame's bytes, without a copy, valid as long as they are. Reading one allocates nothing.
/// </summary>
public readonly struct RpcMessage
{
    private readonly ReadOnlySequence<byte> _metadata;
    private readonly int _metadataEntries;

    private RpcMessage(in RpcHeader header, in ReadOnlySequence<byte> frame)
    {
        Kind = (RpcKind)header.Kind;
        Status = (RpcStatus)header.Status;
        Id = header.Id;
        TimeoutMillis = header.TimeoutMillis;
        StreamWindow = Kind == RpcKind.Request && header.Detail != 0 ? 1 << header.Detail : 0;
        IsNotStarted = Kind == RpcKind.Error && header.Detail != 0;
        Method = frame.Slice(RpcHeader.Bytes, header.MethodBytes);
        _metadata = frame.Slice(RpcHeader.Bytes + header.MethodBytes, header.MetadataBytes);
        _metadataEntries = header.MetadataEntries;
        Payload = frame.Slice(RpcHeader.Bytes + header.MethodBytes + header.MetadataBytes);
    }

    /// <summary>What it is.</summary>
    public RpcKind Kind { get; }

    /// <summary>How the call ended; other than <see cref="RpcStatus.Ok"/> exactly in <see cref="RpcKind.Error"/>.</summary>
    public RpcStatus Status { get; }

    /// <summary>Which call of its connection; 0 exactly in <see cref="RpcKind.OneWay"/>.</summary>
    public ulong Id { get; }

    /// <summary>How many milliseconds the caller waits for the answer, counted from the message's arrival; 0 for no limit.</summary>
    public uint TimeoutMillis { get; }

    /// <summary>
    /// In a request, how many bytes of an answer that is a stream may come before the caller grants more by <see cref="RpcKind.Credit"/>; 0 for no
    /// limit. The item that reaches the limit may go beyond it.
    /// </summary>
    public int StreamWindow { get; }

    /// <summary>In an error, whether the server has surely done nothing of the call, so that it may be made again.</summary>
    public bool IsNotStarted { get; }

    /// <summary>The method's name in UTF-8, 1 to 255 bytes in a call, else empty.</summary>
    public ReadOnlySequence<byte> Method { get; }

    /// <summary>The rest of the frame: a request, an answer, or a failure's message in UTF-8.</summary>
    public ReadOnlySequence<byte> Payload { get; }

    /// <summary>Reads a message, and checks all of it but the payload.</summary>
    /// <param name="frame">The whole message and nothing else; never read beyond.</param>
    /// <param name="receiver">Which side this is: each receives only what the other sends.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="message">The message, if there is one.</param>
    /// <returns><see cref="RpcDefect.None"/>, or what is wrong.</returns>
    public static RpcDefect TryRead(in ReadOnlySequence<byte> frame, RpcSide receiver, RpcLimits limits, out RpcMessage message)
    {
        ArgumentNullException.ThrowIfNull(limits);
        message = default;
        if (frame.Length < RpcHeader.Bytes)
        {
            return RpcDefect.Truncated;
        }

        RpcHeader header = RpcHeader.Read(frame);
        RpcDefect defect = Check(header, receiver, limits, frame.Length);
        if (defect == RpcDefect.None && header.MetadataBytes > 0)
        {
            defect = RpcMetadata.Check(frame.Slice(RpcHeader.Bytes + header.MethodBytes, header.MetadataBytes), header.MetadataEntries);
        }

        if (defect == RpcDefect.None)
        {
            message = new RpcMessage(header, frame);
        }

        return defect;
    }

    /// <summary>Copies the metadata out. An empty one costs nothing.</summary>
    public RpcMetadata ReadMetadata() => _metadataEntries == 0 ? RpcMetadata.Empty : RpcMetadata.Read(_metadata, _metadataEntries);

    /// <summary>Of a <see cref="RpcKind.Credit"/>: how many bytes the stream may have sent by now, counted from its begin.</summary>
    public ulong ReadCredit()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Payload.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>The text of a failure, or any other payload, as UTF-8.</summary>
    public string ReadText() => Encoding.UTF8.GetString(Payload);

    private static RpcDefect Check(in RpcHeader header, RpcSide receiver, RpcLimits limits, long frameBytes)
    {
        RpcKind kind = (RpcKind)header.Kind;
        bool isCall = kind is RpcKind.Request or RpcKind.OneWay;
        bool isOfClient = isCall || kind is RpcKind.Cancel or RpcKind.Credit;
        bool isOfServer = kind is RpcKind.Response or RpcKind.StreamItem or RpcKind.StreamEnd or RpcKind.Error;
        return header switch
        {
            { Version: not RpcHeader.CurrentVersion } => RpcDefect.Version,
            _ when !(receiver == RpcSide.Server ? isOfClient : isOfServer) => RpcDefect.Kind,
            _ when header.Status > (byte)RpcStatus.Unauthenticated || (header.Status != 0) != (kind == RpcKind.Error) => RpcDefect.Status,
            _ when header.Detail > RpcHeader.MaxDetail(kind) => RpcDefect.Detail,
            _ when (header.Id == 0) != (kind == RpcKind.OneWay) => RpcDefect.Id,
            _ when isCall != (header.MethodBytes != 0) || (!isCall && header.TimeoutMillis != 0) => RpcDefect.Call,
            _ when header.MetadataEntries > limits.MaxMetadataEntries || header.MetadataBytes > limits.MaxMetadataBytes => RpcDefect.MetadataLimit,
            _ when (header.MetadataEntries == 0) != (header.MetadataBytes == 0) => RpcDefect.Metadata,
            _ when frameBytes < RpcHeader.Bytes + header.MethodBytes + header.MetadataBytes => RpcDefect.Truncated,
            _ when kind == RpcKind.Cancel && frameBytes > RpcHeader.Bytes => RpcDefect.Payload,
            _ when kind == RpcKind.Credit && (header.MetadataBytes != 0 || frameBytes != RpcHeader.Bytes + sizeof(ulong)) => RpcDefect.Payload,
            _ when kind == RpcKind.StreamEnd && frameBytes > RpcHeader.Bytes + header.MetadataBytes => RpcDefect.Payload,
            _ => RpcDefect.None,
        };
    }
}
