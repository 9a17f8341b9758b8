using System.Text.Json;
using System.Text.Json.Serialization;

namespace Netpoll.Bench.Load.Recording;

/// <summary>What a load came to. Latencies are in microseconds, from when a request was due to its reply's last byte.</summary>
/// <param name="Requests">Replies within the window, all verified.</param>
/// <param name="Errors">Wrong bytes, lost connections, replies that came too late or never.</param>
/// <param name="Seconds">The window's length.</param>
/// <param name="Qps">Requests per second.</param>
/// <param name="P50">Median latency.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="P999">99.9th percentile.</param>
/// <param name="Max">The worst.</param>
/// <param name="Cpu">CPU seconds that the load generator itself used in the window.</param>
internal sealed record LoadResult(
    long Requests, long Errors, double Seconds, double Qps, double P50, double P99, double P999, double Max, double Cpu)
{
    /// <summary>Sums up a window.</summary>
    /// <param name="meter">What was recorded in it.</param>
    /// <param name="ticks">Its length.</param>
    /// <param name="cpu">CPU time that this process used in it.</param>
    public static LoadResult Of(LoadMeter meter, long ticks, TimeSpan cpu)
    {
        LatencyHistogram latencies = meter.Latencies;
        double seconds = Clock.Seconds(ticks);
        return new LoadResult(
            latencies.Count,
            meter.Errors,
            seconds,
            latencies.Count / seconds,
            Microseconds(latencies.Percentile(0.5)),
            Microseconds(latencies.Percentile(0.99)),
            Microseconds(latencies.Percentile(0.999)),
            Microseconds(latencies.Max),
            cpu.TotalSeconds);
    }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LoadResultJson.Default.LoadResult);

    private static double Microseconds(long ticks) => Math.Round(Clock.Seconds(ticks) * 1e6, 2);
}

/// <summary>Writes the result without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class LoadResultJson : JsonSerializerContext;
