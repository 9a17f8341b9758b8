namespace Netpoll.Poller.Buffers;

/// <summary>The counters of a <see cref="BlockPool"/>, summed over its caches, since the pool was created.</summary>
/// <param name="Rented">Blocks given out.</param>
/// <param name="Returned">Blocks taken back.</param>
/// <param name="Misses">Blocks that had to be allocated because none lay ready.</param>
/// <param name="PooledBytes">Bytes that lie ready now, in the shared part and in the caches.</param>
/// <remarks>
/// While other threads rent and return, the counters are each right but not of one moment. Blocks that have no memory of their own (links
/// to a caller's memory) are counted, with 0 bytes.
/// </remarks>
public readonly record struct BlockPoolStatistics(long Rented, long Returned, long Misses, long PooledBytes)
{
    /// <summary>Blocks that are out: held by buffers or slices, or forgotten by them.</summary>
    public long Outstanding => Rented - Returned;
}
