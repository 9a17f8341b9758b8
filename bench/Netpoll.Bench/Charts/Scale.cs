namespace Netpoll.Bench.Charts;

/// <summary>Maps values to pixels and says where the marks of its axis are.</summary>
/// <param name="Ticks">Values at marks, ascending.</param>
/// <param name="Position">Where a value lies between the axis' beginning (0) and its end (1).</param>
public sealed record Scale(IReadOnlyList<double> Ticks, Func<double, double> Position)
{
    private const int WantedSteps = 5;

    /// <summary>From 0 to a round number at or above all values, which are not negative.</summary>
    public static Scale Linear(IEnumerable<double> values)
    {
        double max = Math.Max(values.Max(), double.Epsilon);
        double step = RoundUp(max / WantedSteps);
        int steps = (int)Math.Ceiling(max / step);
        double end = steps * step;
        return new Scale([.. Enumerable.Range(0, steps + 1).Select(i => i * step)], value => value / end);
    }

    /// <summary>Powers of ten around all values, which are above 0.</summary>
    public static Scale Logarithmic(IReadOnlyCollection<double> values)
    {
        double low = Math.Floor(Math.Log10(values.Min()));
        double high = Math.Max(low + 1, Math.Ceiling(Math.Log10(values.Max())));
        return new Scale(
            [.. Enumerable.Range((int)low, (int)(high - low) + 1).Select(power => Math.Pow(10, power))],
            value => (Math.Log10(value) - low) / (high - low));
    }

    /// <summary>The least of 1, 2 and 5 times a power of ten that is not below the value.</summary>
    private static double RoundUp(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double[] candidates = [1, 2, 5, 10];
        return candidates.First(factor => factor * power >= value * (1 - 1e-9)) * power;
    }
}
