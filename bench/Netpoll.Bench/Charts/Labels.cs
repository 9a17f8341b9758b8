namespace Netpoll.Bench.Charts;

/// <summary>Keeps labels from lying on each other.</summary>
public static class Labels
{
    /// <summary>Moves positions apart, as little as it takes, and keeps their order.</summary>
    /// <param name="wanted">Where the labels would best be.</param>
    /// <param name="gap">The least distance between two.</param>
    /// <param name="least">Where the first may be at least.</param>
    /// <param name="most">Where the last may be at most, if there is room for all.</param>
    /// <returns>The positions, in the order of <paramref name="wanted"/>.</returns>
    public static double[] Spread(IReadOnlyList<double> wanted, double gap, double least, double most)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        double[] placed = [.. wanted];

        double floor = least;
        foreach (int i in order)
        {
            placed[i] = Math.Max(placed[i], floor);
            floor = placed[i] + gap;
        }

        // What was pushed out at the end pushes the others back.
        double ceiling = most;
        foreach (int i in order.Reverse())
        {
            placed[i] = Math.Min(placed[i], ceiling);
            ceiling = placed[i] - gap;
        }

        return placed;
    }
}
