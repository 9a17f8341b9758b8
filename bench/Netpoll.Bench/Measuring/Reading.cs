using System.Diagnostics;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;

namespace Netpoll.Bench.Measuring;

/// <summary>The meters at one moment: the server's CPU time, memory and own counters, and how long either core was busy.</summary>
internal sealed record Reading(
    long Timestamp, double ServerCpu, double ServerCore, double LoadCore, long ResidentBytes, ServerCounters? Counters)
{
    public static async Task<Reading> TakeAsync(Plan plan, ServerProcess server) => new(
        Stopwatch.GetTimestamp(),
        ProcFs.ProcessCpuSeconds(server.Id),
        ProcFs.CoreBusySeconds(plan.ServerCore),
        ProcFs.CoreBusySeconds(plan.LoadCore),
        ProcFs.ResidentBytes(server.Id),
        await server.AskAsync());

    /// <summary>What was used since an earlier reading.</summary>
    /// <param name="earlier">The reading at the window's begin.</param>
    /// <param name="loadCpu">CPU seconds that the load generator says it used in between.</param>
    public Usage Since(Reading earlier, double loadCpu)
    {
        double elapsed = Stopwatch.GetElapsedTime(earlier.Timestamp, Timestamp).TotalSeconds;
        double serverCpu = ServerCpu - earlier.ServerCpu;
        return new Usage(
            serverCpu,
            serverCpu / elapsed,
            loadCpu / elapsed,
            Math.Max(0, ServerCore - earlier.ServerCore - serverCpu) / elapsed,
            Math.Max(0, LoadCore - earlier.LoadCore - loadCpu) / elapsed,
            ResidentBytes,
            Counters?.AllocatedBytes - earlier.Counters?.AllocatedBytes,
            Counters?.SystemCalls - earlier.Counters?.SystemCalls);
    }
}
