using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Reports;
using Spectre.Console;

namespace Netpoll.Bench;

/// <summary>A whole run: every cell in its order, then the reports.</summary>
internal static class BenchRun
{
    /// <summary>Above this share of a core, what others do shows in every figure. Arbitrary: about the spread of quiet rounds.</summary>
    private const double NoisyShare = 0.1;

    /// <summary>Runs the plan.</summary>
    /// <returns>0, or 1 if a cell had errors: its figures mean nothing.</returns>
    public static async Task<int> RunAsync(IAnsiConsole console, Plan plan, string jsonPath, CancellationToken cancellation)
    {
        var live = new LiveReport(console, plan);
        var cells = new List<Cell>(plan.CellCount);
        foreach ((Scenario scenario, int round, Candidate candidate) in plan.Cells())
        {
            cells.Add(await live.ShowAsync(scenario, round, candidate, () => CellRunner.RunAsync(plan, scenario, round, candidate, cancellation)));
        }

        IReadOnlyList<Summary> summaries = Summary.Of(cells);
        TableReport.Write(console, plan, summaries);
        JsonReport.Write(jsonPath, plan, cells, summaries);
        console.WriteLine($"All figures: {jsonPath}");
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
}
