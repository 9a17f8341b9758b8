namespace Akka.Dispatch;

/// <summary>
/// A thread that looks once a millisecond whether a mailbox waits in vain for the end of another one's turn. It sleeps while no
/// actor on the pool tells another.
/// </summary>
internal static class HandOverWatch
{
    // What a mailbox may lose by waiting for its teller: at most two of these. Shorter costs more than the waking it saves.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1);

    private static readonly Lock s_lock = new();
    private static readonly AutoResetEvent s_wake = new(false);
    private static HandOver[] s_all = [];
    private static int s_asleep;
    private static bool s_isStarted;

    /// <summary>Begins to watch a thread's hand-over.</summary>
    public static void Add(HandOver handOver)
    {
        lock (s_lock)
        {
            s_all = [.. s_all.Where(other => other.IsAlive), handOver];
            if (s_isStarted)
                return;
            s_isStarted = true;
            new Thread(Watch) { IsBackground = true, Name = "akka-hand-over-watch" }.UnsafeStart();
        }
    }

    /// <summary>To be called after a full fence behind what the watch is to see.</summary>
    public static void WakeIfAsleep()
    {
        if (Volatile.Read(ref s_asleep) != 0 && Interlocked.Exchange(ref s_asleep, 0) != 0)
            s_wake.Set();
    }

    private static void Watch()
    {
        while (true)
        {
            s_wake.WaitOne(s_interval);
            var isQuiet = true;
            foreach (var handOver in Volatile.Read(ref s_all))
            {
                isQuiet &= handOver.IsQuiet;
                handOver.GiveAwayIfOld();
            }

            if (isQuiet)
                SleepUntilNeeded();
        }
    }

    private static void SleepUntilNeeded()
    {
        Interlocked.Exchange(ref s_asleep, 1);

        // Whoever put something before it could see the flag did not wake anybody.
        if (Array.TrueForAll(Volatile.Read(ref s_all), handOver => handOver.IsQuiet) || Interlocked.Exchange(ref s_asleep, 0) == 0)
            s_wake.WaitOne();
    }
}
