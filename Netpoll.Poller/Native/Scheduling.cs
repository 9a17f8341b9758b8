using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The scheduling policy of a thread: <c>sched(7)</c>.</summary>
internal static unsafe partial class Scheduling
{
    private const int SCHED_BATCH = 3;

    /// <summary>Gives the calling thread the policy for batches: when it wakes up it waits for its turn instead of interrupting another.</summary>
    public static SysResult UseBatchPolicy()
    {
        // struct sched_param: one int, which must be 0 for this policy. Process 0 is the calling thread.
        int priority = 0;
        return SysResult.From(sched_setscheduler(0, SCHED_BATCH, &priority));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setscheduler(int process, int policy, int* parameter);
}
