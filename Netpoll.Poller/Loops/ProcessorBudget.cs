namespace Netpoll.Poller.Loops;

/// <summary>
/// How many of the threads that pass work to each other (event loops, handlers' workers) run at the moment, beside the processors that
/// the process may use. A thread that is woken while there is no processor for it can only take somebody else's. Any thread.
/// </summary>
public static class ProcessorBudget
{
    private static readonly int s_processors = Environment.ProcessorCount;
    private static int s_running;

    /// <summary>True when as many threads run as there are processors, so that waking one more gains nothing yet.</summary>
    public static bool IsSpent => Volatile.Read(ref s_running) >= s_processors;

    /// <summary>The calling thread begins to run.</summary>
    public static void Enter() => Interlocked.Increment(ref s_running);

    /// <summary>The calling thread is about to wait.</summary>
    public static void Leave() => Interlocked.Decrement(ref s_running);
}
