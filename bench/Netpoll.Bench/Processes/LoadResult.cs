namespace Netpoll.Bench.Processes;

/// <summary>What the load generator measured. Latencies are in microseconds, from when a request was due to its reply's last byte.</summary>
/// <param name="Requests">Replies within the window, all verified.</param>
/// <param name="Errors">Wrong bytes, lost connections, replies that came too late or never.</param>
/// <param name="Seconds">The window's length.</param>
/// <param name="Qps">Requests per second.</param>
/// <param name="P50">Median latency.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="P999">99.9th percentile.</param>
/// <param name="Max">The worst.</param>
/// <param name="Cpu">CPU seconds that the load generator itself used in the window.</param>
public sealed record LoadResult(
    long Requests, long Errors, double Seconds, double Qps, double P50, double P99, double P999, double Max, double Cpu);
