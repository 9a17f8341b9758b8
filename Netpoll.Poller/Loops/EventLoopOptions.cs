using Netpoll.Poller.Buffers;
using Netpoll.Poller.Polling;

namespace Netpoll.Poller.Loops;

/// <summary>How an event loop is set up. Immutable; any thread.</summary>
public sealed record EventLoopOptions
{
    /// <summary>The name of the loop's thread. Defaults to <c>netpoll-loop</c>.</summary>
    public string Name { get; init; } = "netpoll-loop";

    /// <summary>By which of the kernel's doors the loop hears of its sockets. Defaults to <see cref="PollerBackend.Auto"/>.</summary>
    public PollerBackend Backend { get; init; }

    /// <summary>
    /// The most events that one wait takes from the kernel, 1 to 65536. Defaults to 128, where netpoll starts too: what is left is
    /// reported by the next wait, and a small batch keeps the connections of a round in the processor's cache.
    /// </summary>
    public int MaxEventsPerWait { get; init; } = 128;

    /// <summary>
    /// The fairness budget: the most work items that one round runs before the loop asks the kernel again, at least 1. Defaults to 1024
    /// (arbitrary: several items for each of a full batch of events), so that actors that keep each other busy starve no socket.
    /// </summary>
    public int MaxWorkItemsPerRound { get; init; } = 1024;

    /// <summary>
    /// With <see cref="PollerBackend.IoUring"/>: sends of so many bytes and more leave from the buffer's own blocks, without the kernel's copy
    /// (<c>io_uring_enter(2)</c>, IORING_OP_SEND_ZC), at least 1. The blocks go back to the pool when the peer has acknowledged the bytes. A connection
    /// whose socket cannot, or whose bytes the kernel copied all the same, as it does over loopback, goes on with copies. Such memory counts against
    /// <c>RLIMIT_MEMLOCK</c>. Defaults to null, never: from which size it pays depends on the network card, and is to be measured there.
    /// </summary>
    public int? ZeroCopySendFrom { get; init; }

    /// <summary>Where the loop's buffers come from. Defaults to the pool that all loops share.</summary>
    public BlockPool BlockPool { get; init; } = BlockPool.Shared;

    /// <summary>
    /// A loop that has been parked for this long gives half of the blocks that it keeps to the pool that all loops share, and again after as
    /// long, until it keeps none; then it stays parked. At least a millisecond; defaults to a second (arbitrary: a pause between two
    /// requests should not empty the cache).
    /// </summary>
    public TimeSpan TrimInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets what a work item threw; the loop goes on. Called on the loop's thread. Defaults to null: the process ends with the exception,
    /// because nobody would know of it otherwise.
    /// </summary>
    public Action<Exception>? OnWorkItemFailed { get; init; }
}
