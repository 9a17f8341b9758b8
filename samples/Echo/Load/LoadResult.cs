using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Echo.Load;

/// <summary>What came of a load. Latencies are in microseconds, from when a request was due to its reply's last byte.</summary>
internal sealed record LoadResult
{
    /// <summary>Replies within the measured time, each verified.</summary>
    public required long Requests { get; init; }

    /// <summary>Wrong bytes, lost connections, requests that stayed unanswered.</summary>
    public required long Errors { get; init; }

    /// <summary>What went wrong first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FirstError { get; init; }

    /// <summary>The measured time.</summary>
    public required double Seconds { get; init; }

    /// <summary>Requests per second.</summary>
    public double Qps => Requests / Seconds;

    /// <summary>Median latency.</summary>
    public required double P50 { get; init; }

    /// <summary>99th percentile.</summary>
    public required double P99 { get; init; }

    /// <summary>99.9th percentile.</summary>
    public required double P999 { get; init; }

    /// <summary>The worst.</summary>
    public required double Max { get; init; }

    /// <summary>CPU microseconds that this process used per request; if it serves too, both sides together.</summary>
    public required double CpuMicrosPerRequest { get; init; }

    /// <summary>Bytes that this process allocated per request.</summary>
    public required double AllocatedBytesPerRequest { get; init; }

    /// <summary>Sums up a load whose loop has come to rest.</summary>
    public static LoadResult Of(LoadMeter meter, ProcessUsage usage)
    {
        long requests = Math.Max(1, meter.Latencies.Count);
        return new LoadResult
        {
            Requests = meter.Latencies.Count,
            Errors = meter.Errors,
            FirstError = meter.FirstError,
            Seconds = usage.Elapsed.TotalSeconds,
            P50 = Microseconds(meter.Latencies.Percentile(0.5)),
            P99 = Microseconds(meter.Latencies.Percentile(0.99)),
            P999 = Microseconds(meter.Latencies.Percentile(0.999)),
            Max = Microseconds(meter.Latencies.Max),
            CpuMicrosPerRequest = usage.Cpu.TotalMicroseconds / requests,
            AllocatedBytesPerRequest = (double)usage.AllocatedBytes / requests,
        };
    }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LoadResultJson.Default.LoadResult);

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}

/// <summary>Writes the result without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class LoadResultJson : JsonSerializerContext;
