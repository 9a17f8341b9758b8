using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;

namespace Netpoll.Bench.Measuring;

/// <summary>Measures one cell: a fresh server on its core, the load generator on the other, the meters read around the window.</summary>
public static class CellRunner
{
    /// <summary>Runs the cell to its end.</summary>
    /// <exception cref="BenchException">The server or the load could not be started.</exception>
    public static async Task<Cell> RunAsync(Plan plan, Workload workload, int round, Candidate candidate, CancellationToken cancellation)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(candidate, workload, plan.ServerCore, cancellation);
        using LoadProcess load = LoadProcess.Start(plan, workload, server.Address);
        bool isHold = workload.Shape == Shape.Hold;

        await load.WaitForAsync("warming up", cancellation);
        long emptyBytes = isHold ? (await ReadAsync("opening")).ResidentBytes : 0;
        Reading before = await ReadAsync("measuring");
        Reading after = await ReadAsync("measured");
        LoadResult result = await load.FinishAsync(cancellation);
        return new Cell(workload, candidate.Name, round, result, after.Since(before, result.Cpu), load.Complaints)
        {
            BytesPerConnection = isHold ? (double)(before.ResidentBytes - emptyBytes) / workload.Connections : null,
        };

        async Task<Reading> ReadAsync(string marker)
        {
            await load.WaitForAsync(marker, cancellation);
            Reading reading = await Reading.TakeAsync(plan, server);
            if (isHold)
            {
                await load.ContinueAsync();
            }

            return reading;
        }
    }
}
