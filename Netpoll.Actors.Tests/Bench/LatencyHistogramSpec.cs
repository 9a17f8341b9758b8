using Netpoll.Bench.Load.Recording;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class LatencyHistogramSpec
{
    [Fact]
    public void Small_values_are_exact()
    {
        LatencyHistogram histogram = Of(Enumerable.Range(0, 256).Select(value => (long)value));

        Assert.Equal(127, histogram.Percentile(0.5));
        Assert.Equal(255, histogram.Percentile(1));
        Assert.Equal(256, histogram.Count);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void A_percentile_is_at_most_a_half_percent_off(double share)
    {
        var random = new Random(7);
        long[] values = [.. Enumerable.Range(0, 10_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];

        long exact = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);

        Assert.InRange(Of(values).Percentile(share), exact * 0.995, exact * 1.005);
    }

    [Fact]
    public void The_largest_value_is_exact_and_no_percentile_is_above_it()
    {
        LatencyHistogram histogram = Of([1_000_003]);

        Assert.Equal(1_000_003, histogram.Max);
        Assert.True(histogram.Percentile(0.5) <= 1_000_003);
    }

    [Fact]
    public void Without_values_every_percentile_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.99));

    [Fact]
    public void The_largest_possible_value_has_a_bucket() => Assert.Equal(long.MaxValue, Of([long.MaxValue]).Max);

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (long value in values)
        {
            histogram.Record(value);
        }

        return histogram;
    }
}
