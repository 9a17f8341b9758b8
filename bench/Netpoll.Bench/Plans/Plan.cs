namespace Netpoll.Bench.Plans;

/// <summary>What to run, how long, and on which cores.</summary>
public sealed record Plan
{
    /// <summary>The loads.</summary>
    public required IReadOnlyList<Workload> Workloads { get; init; }

    /// <summary>The servers, in the order in which each round runs them.</summary>
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    /// <summary>How often each cell is measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Length of the measured window in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Load before the window in seconds: the JIT compiles hot methods anew only after a while.</summary>
    public required double WarmUp { get; init; }

    /// <summary>For how many seconds idle connections are held.</summary>
    public required double HoldSeconds { get; init; }

    /// <summary>The core that the server is pinned to.</summary>
    public required int ServerCore { get; init; }

    /// <summary>The core that the load generator is pinned to.</summary>
    public required int LoadCore { get; init; }

    /// <summary>How many cells that makes.</summary>
    public int CellCount => Cells().Count();

    /// <summary>
    /// The cells in the order of running. The candidates of one round follow each other at once, so that a machine that turns slower
    /// turns slower for all of them, and only their ratio within a round is relied on. Idle connections are measured once: what they cost
    /// does not depend on the machine's speed.
    /// </summary>
    public IEnumerable<(Workload Workload, int Round, Candidate Candidate)> Cells() =>
        from workload in Workloads
        from round in Enumerable.Range(1, workload.Shape == Shape.Hold ? 1 : Rounds)
        from candidate in Candidates
        where candidate.RunsUnder(workload)
        select (workload, round, candidate);
}
