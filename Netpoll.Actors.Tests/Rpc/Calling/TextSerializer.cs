using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>Text as it is. The text <c>spoilt</c> cannot be read.</summary>
internal sealed class TextSerializer : IRpcSerializer, IRpcFormatter<string>
{
    public static TextSerializer Instance { get; } = new();

    public IRpcFormatter<T> For<T>() => this as IRpcFormatter<T> ?? throw new NotSupportedException($"{typeof(T)} is no text.");

    public void Write(string value, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(value, output);

    public string Read(in ReadOnlySequence<byte> bytes) =>
        Encoding.UTF8.GetString(bytes) is var text && text != "spoilt" ? text : throw new FormatException("spoilt");
}
