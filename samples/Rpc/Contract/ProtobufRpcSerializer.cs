using System.Buffers;
using Google.Protobuf;
using Netpoll.Actors.Rpc.Serialization;

namespace RpcSample.Contract;

/// <summary>Protocol Buffers instead of JSON: a serializer is this much.</summary>
public sealed class ProtobufRpcSerializer : IRpcSerializer
{
    private readonly Dictionary<Type, object> _formatters = [];

    /// <summary>Makes a type known.</summary>
    /// <param name="parser">The <c>Parser</c> that the Protocol Buffers compiler has put into it.</param>
    public ProtobufRpcSerializer Add<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        _formatters.Add(typeof(T), new Formatter<T>(parser));
        return this;
    }

    /// <inheritdoc/>
    public IRpcFormatter<T> For<T>() => _formatters.TryGetValue(typeof(T), out object? formatter)
        ? (IRpcFormatter<T>)formatter
        : throw new NotSupportedException($"The parser of {typeof(T)} was not added.");

    private sealed class Formatter<T>(MessageParser<T> parser) : IRpcFormatter<T>
        where T : IMessage<T>
    {
        public void Write(T value, IBufferWriter<byte> output) => value.WriteTo(output);

        public T Read(in ReadOnlySequence<byte> bytes) => parser.ParseFrom(bytes);
    }
}
