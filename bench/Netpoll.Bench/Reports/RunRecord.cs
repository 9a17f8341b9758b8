using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;
using Netpoll.Bench.Targets;

namespace Netpoll.Bench.Reports;

/// <summary>A run that is over, for the reports.</summary>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Plan">What was run.</param>
/// <param name="Cells">Every cell.</param>
internal sealed record RunRecord(RunOrigin Origin, Plan Plan, IReadOnlyList<Cell> Cells)
{
    /// <summary>The cells over all rounds.</summary>
    public IReadOnlyList<Summary> Summaries { get; } = Summary.Of(Cells);

    /// <summary>The targets that the run measured.</summary>
    public IReadOnlyList<TargetResult> Targets { get; } =
        [.. TargetList.All(CandidateCatalogue.ActorEngine).Select(target => target.Judge(Cells)).OfType<TargetResult>()];
}
