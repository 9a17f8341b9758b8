using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Measuring;

/// <summary>A candidate's rounds under one load. The ratios are taken round by round: only they survive a noisy machine.</summary>
public sealed record Summary
{
    /// <summary>The load.</summary>
    public required Workload Workload { get; init; }

    /// <summary>Name of the server.</summary>
    public required string Candidate { get; init; }

    /// <summary>Requests per second.</summary>
    public required Spread Qps { get; init; }

    /// <summary>Median latency in microseconds.</summary>
    public required Spread P50 { get; init; }

    /// <summary>99th percentile in microseconds.</summary>
    public required Spread P99 { get; init; }

    /// <summary>99.9th percentile in microseconds.</summary>
    public required Spread P999 { get; init; }

    /// <summary>Worst latency in microseconds.</summary>
    public required Spread Max { get; init; }

    /// <summary>CPU microseconds of the server per request.</summary>
    public required Spread CpuMicros { get; init; }

    /// <summary>How busy the server kept its core, 0 to 1.</summary>
    public required Spread ServerBusy { get; init; }

    /// <summary>How busy the load generator kept its core, 0 to 1.</summary>
    public required Spread LoadBusy { get; init; }

    /// <summary>What other processes took of either core, 0 to 1: the larger of both.</summary>
    public required Spread Foreign { get; init; }

    /// <summary>The server's resident memory in bytes.</summary>
    public required Spread ResidentBytes { get; init; }

    /// <summary>Bytes that the server allocated per request; null if it does not run on .NET.</summary>
    public required Spread? AllocatedBytes { get; init; }

    /// <summary>System calls of the server's event loops per request; null if it has none of ours.</summary>
    public required Spread? SystemCalls { get; init; }

    /// <summary>QPS over the yardstick's of the same round; none if the yardstick did not run.</summary>
    public required Spread? QpsRatio { get; init; }

    /// <summary>CPU per request over the yardstick's of the same round.</summary>
    public required Spread? CpuRatio { get; init; }

    /// <summary>99th percentile over the yardstick's of the same round.</summary>
    public required Spread? P99Ratio { get; init; }

    /// <summary>Resident bytes of the server for each idle connection; null unless connections were held.</summary>
    public required Spread? BytesPerConnection { get; init; }

    /// <summary>Errors of all rounds.</summary>
    public required long Errors { get; init; }

    /// <summary>Summarises the cells by load and candidate, in the order of their first appearance.</summary>
    public static IReadOnlyList<Summary> Of(IReadOnlyCollection<Cell> cells) =>
        [.. cells.GroupBy(cell => (cell.Workload, cell.Candidate)).Select(group => Of([.. group], cells))];

    private static Summary Of(IReadOnlyList<Cell> rounds, IReadOnlyCollection<Cell> all)
    {
        Cell[] yardstick = [.. all.Where(cell => cell.Candidate == CandidateNames.Yardstick)];

        return new Summary
        {
            Workload = rounds[0].Workload,
            Candidate = rounds[0].Candidate,
            Qps = Over(cell => cell.Load.Qps),
            P50 = Over(cell => cell.Load.P50),
            P99 = Over(cell => cell.Load.P99),
            P999 = Over(cell => cell.Load.P999),
            Max = Over(cell => cell.Load.Max),
            CpuMicros = Over(cell => cell.CpuMicrosPerRequest),
            ServerBusy = Over(cell => cell.Usage.ServerBusyShare),
            LoadBusy = Over(cell => cell.Usage.LoadBusyShare),
            Foreign = Over(cell => cell.ForeignShare),
            ResidentBytes = Over(cell => cell.Usage.ServerResidentBytes),
            AllocatedBytes = rounds.All(cell => cell.AllocatedBytesPerRequest is not null) ? Over(cell => cell.AllocatedBytesPerRequest!.Value) : null,
            SystemCalls = rounds.All(cell => cell.SystemCallsPerRequest is not null) ? Over(cell => cell.SystemCallsPerRequest!.Value) : null,
            QpsRatio = ToYardstick(cell => cell.Load.Qps),
            CpuRatio = ToYardstick(cell => cell.CpuMicrosPerRequest),
            P99Ratio = ToYardstick(cell => cell.Load.P99),
            BytesPerConnection = rounds.All(cell => cell.BytesPerConnection is not null) ? Over(cell => cell.BytesPerConnection!.Value) : null,
            Errors = rounds.Sum(cell => cell.Load.Errors),
        };

        Spread Over(Func<Cell, double> figure) => Spread.Of(rounds.Select(figure));

        Spread? ToYardstick(Func<Cell, double> figure) => Ratio.Of(rounds, yardstick, figure, Enumerable.Single);
    }
}
