namespace Netpoll.Bench.Measuring;

/// <summary>What the machine did during one measured window. Shares are of one core, 0 to 1.</summary>
/// <param name="ServerCpuSeconds">CPU time of the server.</param>
/// <param name="ServerBusyShare">How busy the server kept its core. Well below 1: not the server but something else was measured.</param>
/// <param name="LoadBusyShare">How busy the load generator kept its core. Near 1 with a lower server's share: it was the bottleneck.</param>
/// <param name="ServerCoreForeignShare">What other processes took of the server's core: noise.</param>
/// <param name="LoadCoreForeignShare">What other processes took of the load generator's core: noise.</param>
/// <param name="ServerResidentBytes">Memory of the server at the window's end, all connections open.</param>
/// <param name="ServerAllocatedBytes">What the server allocated; null if it does not run on .NET.</param>
/// <param name="ServerSystemCalls">System calls that the server's event loops made; null if it has none of ours.</param>
public sealed record Usage(
    double ServerCpuSeconds,
    double ServerBusyShare,
    double LoadBusyShare,
    double ServerCoreForeignShare,
    double LoadCoreForeignShare,
    long ServerResidentBytes,
    long? ServerAllocatedBytes,
    long? ServerSystemCalls = null);
