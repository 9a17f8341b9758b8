namespace Netpoll.Bench.Measuring;

/// <summary>A candidate's rounds in one scenario. The ratios are taken round by round: only they survive a noisy machine.</summary>
public sealed record Summary
{
    /// <summary>Name of the shape of load.</summary>
    public required string Scenario { get; init; }

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

    /// <summary>What other processes took of either core, 0 to 1: the larger of both.</summary>
    public required Spread Foreign { get; init; }

    /// <summary>The server's resident memory in bytes.</summary>
    public required Spread ResidentBytes { get; init; }

    /// <summary>Bytes that the server allocated per request; null if it does not run on .NET.</summary>
    public required Spread? AllocatedBytes { get; init; }

    /// <summary>QPS over the yardstick's of the same round; none if the yardstick did not run.</summary>
    public required Spread? QpsRatio { get; init; }

    /// <summary>CPU per request over the yardstick's of the same round.</summary>
    public required Spread? CpuRatio { get; init; }

    /// <summary>99th percentile over the yardstick's of the same round.</summary>
    public required Spread? P99Ratio { get; init; }

    /// <summary>Errors of all rounds.</summary>
    public required long Errors { get; init; }

    /// <summary>Summarises the cells by scenario and candidate, in the order of their first appearance.</summary>
    public static IReadOnlyList<Summary> Of(IReadOnlyCollection<Cell> cells) =>
        [.. cells.GroupBy(cell => (cell.Scenario, cell.Candidate)).Select(group => Of([.. group], cells))];

    private static Summary Of(IReadOnlyList<Cell> rounds, IReadOnlyCollection<Cell> all)
    {
        Dictionary<int, Cell> yardstick = all
            .Where(cell => cell.Scenario == rounds[0].Scenario && cell.Candidate == Plans.Candidate.Yardstick)
            .ToDictionary(cell => cell.Round);

        return new Summary
        {
            Scenario = rounds[0].Scenario,
            Candidate = rounds[0].Candidate,
            Qps = Over(cell => cell.Load.Qps),
            P50 = Over(cell => cell.Load.P50),
            P99 = Over(cell => cell.Load.P99),
            P999 = Over(cell => cell.Load.P999),
            Max = Over(cell => cell.Load.Max),
            CpuMicros = Over(cell => cell.CpuMicrosPerRequest),
            ServerBusy = Over(cell => cell.Usage.ServerBusyShare),
            Foreign = Over(cell => cell.ForeignShare),
            ResidentBytes = Over(cell => cell.Usage.ServerResidentBytes),
            AllocatedBytes = rounds.All(cell => cell.AllocatedBytesPerRequest is not null) ? Over(cell => cell.AllocatedBytesPerRequest!.Value) : null,
            QpsRatio = Ratio(cell => cell.Load.Qps),
            CpuRatio = Ratio(cell => cell.CpuMicrosPerRequest),
            P99Ratio = Ratio(cell => cell.Load.P99),
            Errors = rounds.Sum(cell => cell.Load.Errors),
        };

        Spread Over(Func<Cell, double> figure) => Spread.Of(rounds.Select(figure));

        Spread? Ratio(Func<Cell, double> figure)
        {
            double[] ratios = [.. from cell in rounds where yardstick.ContainsKey(cell.Round) select figure(cell) / figure(yardstick[cell.Round])];
            return ratios.Length == 0 ? null : Spread.Of(ratios);
        }
    }
}
