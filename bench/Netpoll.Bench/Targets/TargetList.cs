using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Targets;

/// <summary>What this project wants to reach, over the four loads and beyond.</summary>
public static class TargetList
{
    private const double MaxIdleCpuShare = 0.001;

    /// <summary>A serial request allocates nothing; what is left is the runtime's own, spread over all requests.</summary>
    private const double NoBytes = 1;

    /// <summary>The targets in the order of the reports.</summary>
    /// <param name="actorEngine">Akka.NET's own actors weigh more than the embedded engine's, so an idle connection may too.</param>
    public static IReadOnlyList<Target> All(string actorEngine) =>
    [
        .. OnLoads(CandidateNames.Serial, "QPS / C epoll", isLeast: true, Qps, [CandidateNames.Yardstick], 0.95, 0.95, 0.90, 0.40),
        .. OnLoads(CandidateNames.Bounded, "QPS / C epoll", isLeast: true, Qps, [CandidateNames.Yardstick], 0.90, 0.85, 0.85, 0.25),
        .. OnLoads(CandidateNames.Bounded, "QPS / Go net", isLeast: true, Qps, [CandidateNames.Go], 1.2, 1.2, 1.2, 5),
        .. OnLoads(CandidateNames.Bounded, "QPS / better of Socket and Kestrel", isLeast: true, Qps, [CandidateNames.Socket, CandidateNames.Kestrel], 1.7, 1.4, 1.7, 1.7),
        .. OnLoads(CandidateNames.Bounded, "p99 / Go net's", isLeast: false, cell => cell.Load.P99, [CandidateNames.Go], 0.8, 0.8, 0.8, 0.1),
        new(Workloads.Pool100, CandidateNames.SerialOnUring, "QPS / ours on epoll", 1.08, IsLeast: true, Against(Qps, [CandidateNames.Serial])),
        new(Workloads.Pool100, CandidateNames.SerialOnUring, "CPU per request / ours on epoll", 1, IsLeast: false, Against(cell => cell.CpuMicrosPerRequest, [CandidateNames.Serial])),
        new(Workloads.Pool100, CandidateNames.SerialOnUring, "QPS / C epoll", 1, IsLeast: true, Against(Qps, [CandidateNames.Yardstick])),
        new(Workloads.Pool1000, CandidateNames.SerialOnUring, "system calls per request", 0.1, IsLeast: false, SystemCalls),
        new(Workloads.Pool100, CandidateNames.Serial, "bytes allocated per request", NoBytes, IsLeast: false, Allocated),
        new(Workloads.Pool100, CandidateNames.Bounded, "bytes allocated per request", 200, IsLeast: false, Allocated),
        new(Workloads.Connect100, CandidateNames.Bounded, "connections per second / Kestrel's", 1.5, IsLeast: true, Against(Qps, [CandidateNames.Kestrel])),
        new(Workloads.Hold10K, CandidateNames.Bounded, "bytes per idle connection", actorEngine == "Akka" ? 12 << 10 : 4 << 10, IsLeast: false, BytesHeld),
        new(Workloads.Hold10K, CandidateNames.Bounded, "share of a core while 10,000 idle", MaxIdleCpuShare, IsLeast: false, (rounds, _) => Spread.Of(rounds.Select(cell => cell.Usage.ServerBusyShare))),
        new(Workloads.Hold100K, CandidateNames.Bounded, "errors with 100,000 open connections", 0, IsLeast: false, (rounds, _) => Spread.Of(rounds.Select(cell => (double)cell.Load.Errors))),
    ];

    private static IEnumerable<Target> OnLoads(
        string candidate, string what, bool isLeast, Func<Cell, double> figure, string[] against, params IReadOnlyList<double> bounds) =>
        Workloads.WithTargets.Zip(bounds, (workload, bound) => new Target(workload, candidate, what, bound, isLeast, Against(figure, against)));

    private static double Qps(Cell cell) => cell.Load.Qps;

    private static Func<IReadOnlyList<Cell>, IReadOnlyList<Cell>, Spread?> Against(Func<Cell, double> figure, string[] others) =>
        (rounds, all) => Ratio.Of(rounds, all.Where(cell => others.Contains(cell.Candidate)), figure, Enumerable.Max);

    private static Spread? Allocated(IReadOnlyList<Cell> rounds, IReadOnlyList<Cell> all) => SpreadOf(rounds.Select(cell => cell.AllocatedBytesPerRequest));

    private static Spread? SystemCalls(IReadOnlyList<Cell> rounds, IReadOnlyList<Cell> all) => SpreadOf(rounds.Select(cell => cell.SystemCallsPerRequest));

    private static Spread? BytesHeld(IReadOnlyList<Cell> rounds, IReadOnlyList<Cell> all) => SpreadOf(rounds.Select(cell => cell.BytesPerConnection));

    private static Spread? SpreadOf(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : Spread.Of(known);
    }
}
