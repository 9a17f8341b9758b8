namespace Netpoll.Poller.Native;

/// <summary>How many system calls each thread has made through this folder. Counted where every result passes; costs no interlocked operation.</summary>
internal static class SystemCallCount
{
    [ThreadStatic]
    private static long t_calls;

    /// <summary>The calling thread's calls since it began.</summary>
    public static long OnThisThread => t_calls;

    public static void Add() => t_calls++;
}
