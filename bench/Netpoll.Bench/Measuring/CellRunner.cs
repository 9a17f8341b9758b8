using System.Globalization;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;

namespace Netpoll.Bench.Measuring;

/// <summary>Measures one cell: a fresh server on its core, the load generator on the other, the meters read around the window.</summary>
public static class CellRunner
{
    /// <summary>Runs the cell to its end.</summary>
    /// <exception cref="BenchException">The server or the load could not be started.</exception>
    public static async Task<Cell> RunAsync(Plan plan, Scenario scenario, int round, Candidate candidate, CancellationToken cancellation)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(candidate, plan.ServerCore, cancellation);
        using LoadProcess load = LoadProcess.Start(plan.LoadCore, plan.LoadGenerator, Arguments(plan, scenario, server.Address));

        await load.WaitForAsync("measuring", cancellation);
        Reading before = await Reading.TakeAsync(plan, server);
        await load.WaitForAsync("measured", cancellation);
        Reading after = await Reading.TakeAsync(plan, server);

        LoadResult result = await load.FinishAsync(cancellation);
        return new Cell(scenario.Name, candidate.Name, round, result, after.Since(before, result.Cpu), load.Complaints);
    }

    private static string[] Arguments(Plan plan, Scenario scenario, string address) =>
    [
        "--address", address,
        "--connections", Text(scenario.Connections),
        "--in-flight", Text(scenario.InFlight),
        "--idle", Text(scenario.Idle),
        "--body", Text(plan.Body),
        "--seconds", Text(plan.Seconds),
        "--warm-up", Text(plan.WarmUp),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
