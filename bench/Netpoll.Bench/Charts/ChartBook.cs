using System.Globalization;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Charts;

/// <summary>Makes the charts that a run has figures for.</summary>
public static class ChartBook
{
    /// <summary>The charts: QPS and p99 over concurrency and over body size, then the ratios to the yardstick of the loads that have targets.</summary>
    public static IReadOnlyList<Chart> Of(IReadOnlyList<Summary> summaries)
    {
        Summary[] steady = [.. summaries.Where(summary => summary.Workload.Shape != Shape.Hold && summary.Errors == 0)];
        return [.. OverConcurrency(steady), .. OverBodies(steady), .. Ratios(steady)];
    }

    private static IEnumerable<Chart> OverConcurrency(Summary[] summaries) =>
        from summary in summaries
        let load = summary.Workload
        where load.Body == Workload.UsualBody && IsOfTheMatrix(load)
        group summary by (load.Shape, load.Rate) into shape
        where shape.Select(summary => summary.Workload).Distinct().Count() > 1
        from chart in Pair(
            [.. shape],
            shape.Key.Rate == 0 ? $"{Lower(shape.Key.Shape)}" : $"{Lower(shape.Key.Shape)}-open",
            shape.Key.Shape switch
            {
                Shape.Pool => "one request in flight per connection, 1 KiB",
                Shape.Idle => "4 of 5 connections idle, 1 KiB",
                Shape.Mux => "4 connections, many in flight on each, 1 KiB",
                _ => "connect, call, close, 1 KiB",
            },
            shape.Key.Shape == Shape.Mux ? "requests in flight" : "working connections",
            load => load.Concurrency,
            value => value.ToString(CultureInfo.InvariantCulture))
        select chart;

    private static IEnumerable<Chart> OverBodies(Summary[] summaries) =>
        from summary in summaries
        where summary.Workload is { Shape: Shape.Pool, Connections: 100, Rate: 0 }
        group summary by summary.Workload.Connections into bodies
        where bodies.Select(summary => summary.Workload).Distinct().Count() > 1
        from chart in Pair([.. bodies], "body", "100 connections", "body", load => load.Body, value => Numbers.Bytes(value))
        select chart;

    /// <summary>The loads with targets that stand beside the matrix have the same shapes: they would be a step too many in its charts.</summary>
    private static bool IsOfTheMatrix(Workload load) => load == Workload.Of(load.Shape, load.Concurrency, load.Body, load.Rate) && load != Workloads.Mux4X32;

    private static IEnumerable<Chart> Pair(
        Summary[] summaries, string name, string load, string xLabel, Func<Workload, int> sizeOf, Func<int, string> sizeText)
    {
        int[] sizes = [.. summaries.Select(summary => sizeOf(summary.Workload)).Distinct().Order()];
        string[] x = [.. sizes.Select(sizeText)];
        yield return new Chart($"qps-{name}", new LineChart($"Requests per second: {load}", xLabel, x, SeriesOf(s => s.Qps.Median), IsLogarithmic: false, Numbers.Count).ToSvg());
        yield return new Chart($"p99-{name}", new LineChart($"p99 latency: {load}", xLabel, x, SeriesOf(s => s.P99.Median), IsLogarithmic: true, Numbers.Micros).ToSvg());

        Series[] SeriesOf(Func<Summary, double> figure) =>
        [
            .. from summary in summaries
               group summary by summary.Candidate into candidate
               let values = candidate.ToDictionary(summary => sizeOf(summary.Workload), figure)
               select new Series(candidate.Key, [.. sizes.Select(size => values.TryGetValue(size, out double value) ? value : (double?)null)]),
        ];
    }

    private static IEnumerable<Chart> Ratios(Summary[] summaries) =>
        from summary in summaries
        where summary.QpsRatio is not null && (Workloads.WithTargets.Contains(summary.Workload) || summary.Workload == Workloads.Connect100)
        group (summary.Candidate, summary.QpsRatio!) by summary.Workload into rows
        select new Chart(
            $"ratio-{rows.Key.Name.Replace(' ', '-')}",
            new RangeChart($"Requests per second, as a ratio of {CandidateNames.Yardstick}'s: {rows.Key.Name}", [.. rows], Reference: 1, Numbers.Ratio).ToSvg());

    private static string Lower(Shape shape) => shape.ToString().ToLowerInvariant();
}

/// <summary>A chart that is drawn.</summary>
/// <param name="Name">For a file.</param>
/// <param name="Svg">The image.</param>
public sealed record Chart(string Name, string Svg);
