using System.Buffers;
using System.Buffers.Binary;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>The first 20 bytes of a message, all of them integers in big-endian order. Where each lies is said here and nowhere else.</summary>
internal readonly record struct RpcHeader(
    byte Version, byte Kind, byte Status, byte MethodBytes, ulong Id, uint TimeoutMillis, ushort MetadataBytes, byte MetadataEntries, byte Detail)
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 20;

    /// <summary>The version that is spoken.</summary>
    public const byte CurrentVersion = 1;

    /// <summary>The logarithm of the largest window: 1 GiB.</summary>
    public const byte MaxWindowLog = 30;

    /// <summary>The largest last byte: a request has the logarithm of its stream's window there, an error whether the call was not started.</summary>
    public static byte MaxDetail(RpcKind kind) => kind switch
    {
        RpcKind.Request => MaxWindowLog,
        RpcKind.Error => 1,
        _ => 0,
    };

    /// <summary>Reads a header off the front of a message that has so many bytes.</summary>
    public static RpcHeader Read(in ReadOnlySequence<byte> message)
    {
        ReadOnlySpan<byte> first = message.FirstSpan;
        if (first.Length >= Bytes)
        {
            return Read(first);
        }

        Span<byte> copy = stackalloc byte[Bytes];
        message.Slice(0, Bytes).CopyTo(copy);
        return Read(copy);
    }

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> to)
    {
        to = to[..Bytes];
        to[0] = Version;
        to[1] = Kind;
        to[2] = Status;
        to[3] = MethodBytes;
        BinaryPrimitives.WriteUInt64BigEndian(to[4..], Id);
        BinaryPrimitives.WriteUInt32BigEndian(to[12..], TimeoutMillis);
        BinaryPrimitives.WriteUInt16BigEndian(to[16..], MetadataBytes);
        to[18] = MetadataEntries;
        to[19] = Detail;
    }

    private static RpcHeader Read(ReadOnlySpan<byte> from) => new(
        from[0],
        from[1],
        from[2],
        from[3],
        BinaryPrimitives.ReadUInt64BigEndian(from[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(from[12..]),
        BinaryPrimitives.ReadUInt16BigEndian(from[16..]),
        from[18],
        from[19]);
}
