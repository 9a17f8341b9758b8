namespace Dashboard.Watching;

/// <summary>Counts durations in buckets of which each is by half as long again as the last. Any thread may add; one reads.</summary>
internal sealed class LatencyHistogram
{
    private const double Shortest = 1e-6;
    private const double Longest = 10;
    private const double Step = 1.5;

    private static readonly double[] s_bounds = [.. MakeBounds()];

    private readonly long[] _counts = new long[s_bounds.Length + 1];
    private readonly Queue<long[]> _earlier = new([new long[s_bounds.Length + 1]]);

    public void Add(double seconds)
    {
        int bucket = Array.BinarySearch(s_bounds, seconds);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
    }

    /// <summary>What was added since the reading so many readings ago.</summary>
    public Latency Read(int readings)
    {
        long[] now = [.. _counts];
        _earlier.Enqueue(now);
        if (_earlier.Count > readings + 1)
        {
            _earlier.Dequeue();
        }

        long[] counts = [.. now.Zip(_earlier.Peek(), (later, earlier) => later - earlier)];
        return new Latency(s_bounds, counts, Percentile(counts, 0.5), Percentile(counts, 0.9), Percentile(counts, 0.99));
    }

    private static IEnumerable<double> MakeBounds()
    {
        for (double bound = Shortest; bound < Longest; bound *= Step)
        {
            yield return bound;
        }
    }

    // Within a bucket they are taken to be spread evenly.
    private static double Percentile(long[] counts, double share)
    {
        double wanted = counts.Sum() * share;
        for (int i = 0; i < s_bounds.Length; i++)
        {
            if (wanted <= counts[i] && counts[i] > 0)
            {
                double from = i == 0 ? 0 : s_bounds[i - 1];
                return from + (s_bounds[i] - from) * wanted / counts[i];
            }

            wanted -= counts[i];
        }

        return wanted > 0 ? Longest : 0;
    }
}
