using System.Diagnostics;

namespace Netpoll.Bench.Engine.Measuring;

/// <summary>The process's clocks at one moment.</summary>
/// <param name="Wall">Time, in ticks of 100 ns.</param>
/// <param name="Cpu">Processor time of all threads, likewise.</param>
/// <param name="Allocated">Bytes allocated since the process began.</param>
/// <param name="Held">Bytes in use after a full collection; 0 if not asked for.</param>
internal readonly record struct Reading(long Wall, long Cpu, long Allocated, long Held)
{
    /// <summary>Reads all of them.</summary>
    /// <param name="withHeld">Whether to collect and look what is left.</param>
    public static Reading Now(bool withHeld)
    {
        long held = withHeld ? GC.GetTotalMemory(forceFullCollection: true) : 0;
        return new Reading(Stopwatch.GetElapsedTime(0).Ticks, Environment.CpuUsage.TotalTime.Ticks, GC.GetTotalAllocatedBytes(precise: true), held);
    }
}
