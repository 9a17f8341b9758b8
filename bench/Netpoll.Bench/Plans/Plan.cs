namespace Netpoll.Bench.Plans;

/// <summary>What to run, how long, and on which cores.</summary>
public sealed record Plan
{
    /// <summary>The shapes of load.</summary>
    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>The servers, in the order in which each round runs them.</summary>
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    /// <summary>The compiled load generator.</summary>
    public required string LoadGenerator { get; init; }

    /// <summary>How often each cell is measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Length of the measured window in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Load before the window in seconds: the JIT compiles hot methods anew only after a while.</summary>
    public required double WarmUp { get; init; }

    /// <summary>Bytes in a request's body.</summary>
    public required int Body { get; init; }

    /// <summary>The core that the server is pinned to.</summary>
    public required int ServerCore { get; init; }

    /// <summary>The core that the load generator is pinned to.</summary>
    public required int LoadCore { get; init; }

    /// <summary>How many cells that makes.</summary>
    public int CellCount => Scenarios.Count * Candidates.Count * Rounds;

    /// <summary>
    /// The cells in the order of running. The candidates of one round follow each other at once, so that a machine that turns slower
    /// turns slower for all of them, and only their ratio within a round is relied on.
    /// </summary>
    public IEnumerable<(Scenario Scenario, int Round, Candidate Candidate)> Cells() =>
        from scenario in Scenarios
        from round in Enumerable.Range(1, Rounds)
        from candidate in Candidates
        select (scenario, round, candidate);
}
