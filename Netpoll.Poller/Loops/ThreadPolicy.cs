using Netpoll.Poller.Native;

namespace Netpoll.Poller.Loops;

/// <summary>How the operating system schedules the threads that pass work to each other: event loops and handlers' workers.</summary>
public static class ThreadPolicy
{
    /// <summary>
    /// Keeps the calling thread from interrupting another when it is woken (<c>SCHED_BATCH</c>). On a free processor it starts as soon as
    /// ever; on a busy one it waits until the thread that woke it has given it a whole batch of work, instead of the two changing places
    /// for every single message. Without it, one core serving 100 connections through worker threads changed threads 12,000 times a
    /// second, and spent nearly twice the processor time on a request. Where the system does not allow it, nothing changes.
    /// </summary>
    public static void PreferBatches()
    {
        if (OperatingSystem.IsLinux())
        {
            // A sandbox may forbid the call: the threads then work as any others do.
            _ = Scheduling.UseBatchPolicy();
        }
    }
}
