using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>Numbers in eight bytes. Allocates nothing.</summary>
internal sealed class LongSerializer : IRpcSerializer, IRpcFormatter<long>
{
    public static LongSerializer Instance { get; } = new();

    public IRpcFormatter<T> For<T>() => this as IRpcFormatter<T> ?? throw new NotSupportedException($"{typeof(T)} is no number.");

    public void Write(long value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public long Read(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> copy = stackalloc byte[sizeof(long)];
        bytes.CopyTo(copy);
        return BinaryPrimitives.ReadInt64BigEndian(copy);
    }
}
