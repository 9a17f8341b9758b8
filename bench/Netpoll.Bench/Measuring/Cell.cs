using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;

namespace Netpoll.Bench.Measuring;

/// <summary>One server under one load, once.</summary>
/// <param name="Workload">The load.</param>
/// <param name="Candidate">Name of the server.</param>
/// <param name="Round">Counted from 1.</param>
/// <param name="Load">What the client saw. Of held connections: of the calls after the window.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="Complaints">What the load generator said of errors.</param>
public sealed record Cell(Workload Workload, string Candidate, int Round, LoadResult Load, Usage Usage, IReadOnlyList<string> Complaints)
{
    /// <summary>Resident bytes by which the server grew for each connection that was added; null unless connections were held.</summary>
    public double? BytesPerConnection { get; init; }

    /// <summary>CPU microseconds that the server used per request: the steadiest figure on a noisy machine.</summary>
    public double CpuMicrosPerRequest => Usage.ServerCpuSeconds * 1e6 / Math.Max(1, Load.Requests);

    /// <summary>Bytes that the server allocated per request; null if it does not run on .NET.</summary>
    public double? AllocatedBytesPerRequest => (double?)Usage.ServerAllocatedBytes / Math.Max(1, Load.Requests);

    /// <summary>System calls of the server's event loops per request; null if it has none of ours.</summary>
    public double? SystemCallsPerRequest => (double?)Usage.ServerSystemCalls / Math.Max(1, Load.Requests);

    /// <summary>What other processes took of either core, 0 to 1: the larger of both.</summary>
    public double ForeignShare => Math.Max(Usage.ServerCoreForeignShare, Usage.LoadCoreForeignShare);

    /// <summary>Whether every byte of every reply was right and no connection was lost.</summary>
    public bool IsClean => Load.Errors == 0;
}
