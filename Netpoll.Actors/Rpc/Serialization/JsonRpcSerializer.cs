using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Netpoll.Actors.Rpc.Serialization;

/// <summary>
/// JSON by System.Text.Json with contracts that the compiler has generated: clean under trimming and ahead-of-time compilation, no reflection.
/// </summary>
public sealed class JsonRpcSerializer : IRpcSerializer
{
    // One for each thread: a writer costs a few hundred bytes, and is free again when Write returns.
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    private readonly IJsonTypeInfoResolver _contracts;
    private readonly JsonSerializerOptions _options;

    /// <summary>Takes the contracts.</summary>
    /// <param name="contracts">A <c>JsonSerializerContext</c> of yours, or several combined by <c>JsonTypeInfoResolver.Combine</c>.</param>
    public JsonRpcSerializer(IJsonTypeInfoResolver contracts)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        _contracts = contracts;
        _options = new JsonSerializerOptions { TypeInfoResolver = contracts };
    }

    /// <inheritdoc/>
    public IRpcFormatter<T> For<T>()
    {
        // A context knows its own options, such as a naming policy; other resolvers have none.
        JsonTypeInfo? contract = _contracts is JsonSerializerContext context
            ? context.GetTypeInfo(typeof(T))
            : _contracts.GetTypeInfo(typeof(T), _options);
        return contract is JsonTypeInfo<T> typed
            ? new Formatter<T>(typed)
            : throw new NotSupportedException($"There is no JSON contract for {typeof(T)}: name it in a [JsonSerializable] of your JsonSerializerContext.");
    }

    private sealed class Formatter<T>(JsonTypeInfo<T> contract) : IRpcFormatter<T>
    {
        public void Write(T value, IBufferWriter<byte> output)
        {
            // Taken while in use: a converter that writes by RPC's serializer itself gets another one.
            Utf8JsonWriter? writer = t_writer;
            t_writer = null;
            if (writer is null)
            {
                writer = new Utf8JsonWriter(output);
            }
            else
            {
                writer.Reset(output);
            }

            JsonSerializer.Serialize(writer, value, contract);
            writer.Flush();
            writer.Reset(Nowhere.Instance);
            t_writer = writer;
        }

        public T Read(in ReadOnlySequence<byte> bytes)
        {
            Utf8JsonReader reader = new(bytes);
            return JsonSerializer.Deserialize(ref reader, contract)!;
        }
    }

    /// <summary>What an idle writer is set to, so that it keeps no connection's buffer alive.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static Nowhere Instance { get; } = new();

        public void Advance(int count) => throw new InvalidOperationException("Nothing is written between calls.");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException("Nothing is written between calls.");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException("Nothing is written between calls.");
    }
}
