using Netpoll.Poller.Buffers;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>A pool whose cache the measuring thread has entered, as an event loop would.</summary>
internal static class LoopPool
{
    private static readonly BlockPool s_pool = new();

#pragma warning disable IDE1006 // "t_" tells thread statics from statics; the rule knows only the latter.
    [ThreadStatic]
    private static BlockCache? t_cache;
#pragma warning restore IDE1006

    public static BlockPool Enter()
    {
        if (t_cache is null)
        {
            t_cache = s_pool.CreateCache();
            t_cache.EnterThread();
        }

        return s_pool;
    }
}
