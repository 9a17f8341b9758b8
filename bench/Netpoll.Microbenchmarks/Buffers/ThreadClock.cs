using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>Processor time of the calling thread: what others do on the machine counts as little as it can. Wall time where there is no such clock.</summary>
internal static unsafe partial class ThreadClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadCpuTime = 3;

    public static double Nanoseconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return Stopwatch.GetElapsedTime(0).TotalNanoseconds;
            }

            long* time = stackalloc long[2];
            return ClockGetTime(ThreadCpuTime, time) == 0 ? (time[0] * 1e9) + time[1] : throw new InvalidOperationException("No thread clock.");
        }
    }

    /// <summary><c>clock_gettime(2)</c> with a 64-bit <c>struct timespec</c>.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);
}
