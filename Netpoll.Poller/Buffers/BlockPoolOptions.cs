namespace Netpoll.Poller.Buffers;

/// <summary>What a <see cref="BlockPool"/> may keep, and for how long. Read once, when the pool is created.</summary>
public sealed class BlockPoolOptions
{
    /// <summary>Most bytes that the shared part of the pool keeps for reuse; what is returned beyond goes to the garbage collector.</summary>
    /// <remarks>
    /// Defaults to 256 MiB: room for 32,768 read buffers of 8 KiB, chosen and not measured. The caches in front
    /// (<see cref="BlockPool.CreateCache"/>) come on top, each with <see cref="MaxCacheBytesPerSize"/>.
    /// </remarks>
    public long MaxPooledBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Most bytes of one block size that one <see cref="BlockCache"/> keeps; 1024 blocks at most in any case.</summary>
    /// <remarks>
    /// Defaults to 8 MiB: the 8 KiB read buffers of about a thousand connections whose requests are all being handled at once, so that a
    /// loop in that state gets its blocks back without a lock.
    /// </remarks>
    public int MaxCacheBytesPerSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>How often the pool drops half of what nobody needed since the last time. A pool that keeps nothing runs no timer.</summary>
    /// <remarks>Defaults to 10 s: longer than the pauses of a busy server, short enough that a minute after a burst no more than a sixteenth of it is kept. Not measured.</remarks>
    public TimeSpan TrimInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of the trim timer. Defaults to the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Whether a DEBUG build keeps the stack of every lease, to name the culprit of a leak. A Release build ignores it.</summary>
    /// <remarks>Defaults to true. A stack costs tens of microseconds; a test with a hundred thousand leases turns it off.</remarks>
    public bool KeepLeaseStacks { get; set; } = true;
}
