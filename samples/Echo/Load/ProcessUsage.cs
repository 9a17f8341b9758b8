using System.Diagnostics;

namespace Echo.Load;

/// <summary>What this process has used over a stretch of time, or since its start.</summary>
internal readonly record struct ProcessUsage(TimeSpan Elapsed, TimeSpan Cpu, long AllocatedBytes)
{
    /// <summary>Since the start of the process; the time since some moment before.</summary>
    public static ProcessUsage Now() =>
        new(Stopwatch.GetElapsedTime(0), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

    /// <summary>What was used in between.</summary>
    public static ProcessUsage operator -(ProcessUsage later, ProcessUsage earlier) =>
        new(later.Elapsed - earlier.Elapsed, later.Cpu - earlier.Cpu, later.AllocatedBytes - earlier.AllocatedBytes);
}
