using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Serialization;

namespace Gateway.Upstreams;

/// <summary>Requests and answers that are text: its bytes in UTF-8.</summary>
internal sealed class TextSerializer : IRpcSerializer, IRpcFormatter<string>
{
    public static TextSerializer Instance { get; } = new();

    /// <inheritdoc/>
    public IRpcFormatter<T> For<T>() => this as IRpcFormatter<T> ?? throw new NotSupportedException($"{typeof(T)} is not text.");

    /// <inheritdoc/>
    public void Write(string value, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(value, output);

    /// <inheritdoc/>
    public string Read(in ReadOnlySequence<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
