using Netpoll.Bench.Charts;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;
using Netpoll.Bench.Reports;
using Spectre.Console;

namespace Netpoll.Bench;

/// <summary>A whole run: every cell in its order, then the reports.</summary>
internal static class BenchRun
{
    /// <summary>Above this share of a core, what others do shows in every figure. Arbitrary: about the spread of quiet rounds.</summary>
    private const double NoisyShare = 0.1;

    /// <summary>Descriptors that a process needs besides those of the connections. Arbitrary, well above what .NET opens.</summary>
    private const int OtherDescriptors = 10_000;

    /// <summary>Runs the plan.</summary>
    /// <returns>0, or 1 if a cell had errors: its figures mean nothing.</returns>
    public static async Task<int> RunAsync(IAnsiConsole console, Plan plan, string output, CancellationToken cancellation)
    {
        DescriptorLimit.Raise(plan.Workloads.Max(workload => workload.Connections + workload.Idle) + OtherDescriptors);
        var live = new LiveReport(console, plan);
        var cells = new List<Cell>(plan.CellCount);
        foreach ((Workload workload, int round, Candidate candidate) in plan.Cells())
        {
            cells.Add(await live.ShowAsync(workload, round, candidate, () => CellRunner.RunAsync(plan, workload, round, candidate, cancellation)));
        }

        Write(console, new RunRecord(await RunOrigin.FindAsync(), plan, cells), output);
        if (cells.Count(cell => cell.ForeignShare > NoisyShare) is int noisy and > 0)
        {
            console.WriteLine($"In {noisy} of {cells.Count} cells other processes took more than a tenth of a core: repeat on a quiet machine.");
        }

        if (cells.TrueForAll(cell => cell.IsClean))
        {
            return 0;
        }

        await Console.Error.WriteLineAsync("Some cells had errors: the run has failed.");
        return 1;
    }

    private static void Write(IAnsiConsole console, RunRecord run, string output)
    {
        TableReport.Write(console, run);
        TargetReport.Write(console, run.Targets);
        Directory.CreateDirectory(output);
        JsonReport.Write(Path.Combine(output, "results.json"), run);
        IReadOnlyList<Chart> charts = ChartBook.Of(run.Summaries);
        foreach (Chart chart in charts)
        {
            File.WriteAllText(Path.Combine(output, $"{chart.Name}.svg"), chart.Svg);
        }

        HtmlReport.Write(Path.Combine(output, "report.html"), run, charts);
        console.WriteLine($"All figures and charts: {output}");
    }
}
