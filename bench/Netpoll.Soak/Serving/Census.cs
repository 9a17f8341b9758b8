using System.Text.Json;
using System.Text.Json.Serialization;

namespace Netpoll.Soak.Serving;

/// <summary>What a server holds at a moment.</summary>
/// <param name="Opened">Connections that were ever opened.</param>
/// <param name="Connections">Actors of connections that have not ended.</param>
/// <param name="Handlers">Actors of handlers that have not ended.</param>
/// <param name="Channels">Sockets on the event loops, the listening one included.</param>
/// <param name="Descriptors">Descriptors of the process that are sockets.</param>
/// <param name="Blocks">Blocks of buffers that are out.</param>
/// <param name="PooledBytes">What lies ready for the next buffers; a part of the heap.</param>
/// <param name="UnsentBytes">What the connections have written and not sent, to a few kilobytes for each.</param>
/// <param name="HeapBytes">The managed heap; after a full collection if one was asked for.</param>
/// <param name="ResidentBytes">The process's resident memory.</param>
/// <param name="CpuSeconds">The processor time that it has used.</param>
internal sealed record Census(
    long Opened,
    int Connections,
    int Handlers,
    int Channels,
    int Descriptors,
    long Blocks,
    long PooledBytes,
    long UnsentBytes,
    long HeapBytes,
    long ResidentBytes,
    double CpuSeconds)
{
    private const double MiB = 1 << 20;

    public string ToJson() => JsonSerializer.Serialize(this, CensusJson.Default.Census);

    public static Census FromJson(string json) => JsonSerializer.Deserialize(json, CensusJson.Default.Census)!;

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Opened} opened so far; {Connections} connections, {Handlers} handlers, {Channels} channels, {Descriptors} sockets, {Blocks} blocks, "
        + $"{UnsentBytes / MiB:F1} MiB unsent, heap {HeapBytes / MiB:F1} MiB of which {PooledBytes / MiB:F1} lie ready, resident {ResidentBytes / MiB:F0} MiB, {CpuSeconds:F1} s of processor time");
}

/// <summary>Writes and reads it without reflection.</summary>
[JsonSerializable(typeof(Census))]
internal sealed partial class CensusJson : JsonSerializerContext;
