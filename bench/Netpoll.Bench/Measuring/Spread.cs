namespace Netpoll.Bench.Measuring;

/// <summary>Several rounds' values of one figure: the middle one and the range.</summary>
public sealed record Spread(double Median, double Min, double Max)
{
    /// <summary>The same in another unit.</summary>
    public Spread Scale(double factor) => new(Median * factor, Min * factor, Max * factor);

    /// <summary>The spread of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
