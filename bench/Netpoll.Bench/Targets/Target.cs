using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Targets;

/// <summary>A figure that one of our servers is to reach.</summary>
/// <param name="Workload">Under which load.</param>
/// <param name="Candidate">Which server.</param>
/// <param name="What">The figure in words.</param>
/// <param name="Bound">The value that it has to reach.</param>
/// <param name="IsLeast">Whether that is the least that is allowed, or the most.</param>
/// <param name="Measure">Takes the figure from the server's cells under the load and all cells of the run; null when something it needs did not run.</param>
public sealed record Target(
    Workload Workload,
    string Candidate,
    string What,
    double Bound,
    bool IsLeast,
    Func<IReadOnlyList<Cell>, IReadOnlyList<Cell>, Spread?> Measure)
{
    /// <summary>What the run says of it.</summary>
    /// <returns>Null when it did not measure it.</returns>
    public TargetResult? Judge(IReadOnlyList<Cell> cells)
    {
        Cell[] rounds = [.. cells.Where(cell => cell.Workload == Workload && cell.Candidate == Candidate)];
        return rounds.Length > 0 && Measure(rounds, cells) is { } reached
            ? new TargetResult(Workload.Name, Candidate, What, Bound, IsLeast, reached)
            : null;
    }
}

/// <summary>A target beside what was reached.</summary>
/// <param name="Load">The load's name.</param>
/// <param name="Candidate">The server's.</param>
/// <param name="What">The figure in words.</param>
/// <param name="Bound">The value that it has to reach.</param>
/// <param name="IsLeast">Whether that is the least that is allowed, or the most.</param>
/// <param name="Reached">The median over the rounds counts; the range says how sure it is.</param>
public sealed record TargetResult(string Load, string Candidate, string What, double Bound, bool IsLeast, Spread Reached)
{
    /// <summary>Whether the median reaches it.</summary>
    public bool IsMet => IsLeast ? Reached.Median >= Bound : Reached.Median <= Bound;
}
