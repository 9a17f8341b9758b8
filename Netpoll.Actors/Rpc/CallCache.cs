using System.Collections.Concurrent;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// Calls that are free to be used again. A few lie with each thread, where taking one costs no more than a field; the others in common.
/// </summary>
internal static class CallCache<TCall>
    where TCall : PendingCall
{
    /// <summary>More than this go to the garbage collector. Arbitrary: the calls that 1,024 callers have open.</summary>
    private const int MaxShared = 1024;

    private static readonly ConcurrentQueue<TCall> s_shared = new();
    private static int s_sharedCount;

    [ThreadStatic]
    private static TCall? t_own;

    public static TCall? TryRent()
    {
        if (t_own is { } own)
        {
            t_own = null;
            return own;
        }

        if (s_shared.TryDequeue(out TCall? shared))
        {
            Interlocked.Decrement(ref s_sharedCount);
        }

        return shared;
    }

    public static void Return(TCall call)
    {
        if (t_own is null)
        {
            t_own = call;
        }
        else if (Interlocked.Increment(ref s_sharedCount) <= MaxShared)
        {
            s_shared.Enqueue(call);
        }
        else
        {
            Interlocked.Decrement(ref s_sharedCount);
        }
    }
}
