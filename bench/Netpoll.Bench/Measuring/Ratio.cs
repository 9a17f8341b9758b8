namespace Netpoll.Bench.Measuring;

/// <summary>Compares servers round by round: only ratios within a round survive a noisy machine.</summary>
public static class Ratio
{
    /// <summary>A server's figure over another's of the same round and load.</summary>
    /// <param name="rounds">The server's cells under one load.</param>
    /// <param name="others">Cells to compare with, of any load and round; several of a round are reduced to one value by <paramref name="best"/>.</param>
    /// <param name="figure">What to compare.</param>
    /// <param name="best">Picks one of the others' values of a round.</param>
    /// <returns>Median and range; null when no round has both, or the others' is 0, of which there is no ratio.</returns>
    public static Spread? Of(IEnumerable<Cell> rounds, IEnumerable<Cell> others, Func<Cell, double> figure, Func<IEnumerable<double>, double> best)
    {
        var baselines = others.ToLookup(cell => (cell.Workload, cell.Round), figure);
        double[] ratios =
        [
            .. from cell in rounds
               let baseline = baselines[(cell.Workload, cell.Round)]
               where baseline.Any(value => value > 0)
               select figure(cell) / best(baseline),
        ];
        return ratios.Length == 0 ? null : Spread.Of(ratios);
    }
}
