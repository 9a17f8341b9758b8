namespace Netpoll.Bench.Load.Recording;

/// <summary>What all connections of a load record together.</summary>
internal sealed class LoadMeter
{
    /// <summary>How long a reply may take before it counts as an error. netpoll-benchmark allows 1 s; a shared machine may stall for that long.</summary>
    public const long TimeoutTicks = 5 * Clock.Second;

    /// <summary>More complaints than these would say nothing new.</summary>
    private const int MaxComplaints = 5;

    /// <summary>Latencies since the window began, in ticks of <see cref="Clock"/>.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Wrong bytes, lost connections, replies that came too late or never, since the beginning.</summary>
    public long Errors { get; private set; }

    /// <summary>The window begins: what was recorded before is forgotten.</summary>
    public void Begin() => Latencies.Clear();

    /// <summary>Records a verified reply.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="latency">From when the request was due to its last byte.</param>
    public void Replied(int connection, long latency)
    {
        Latencies.Record(latency);
        if (latency > TimeoutTicks)
        {
            Failed(connection, "a reply took too long");
        }
    }

    /// <summary>Counts an error; the first few are told.</summary>
    public void Failed(int connection, string error)
    {
        if (Errors++ < MaxComplaints)
        {
            Console.Error.WriteLine($"connection {connection}: {error}");
        }
    }
}
