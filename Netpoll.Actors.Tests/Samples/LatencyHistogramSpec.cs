using Echo.Load;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

public sealed class LatencyHistogramSpec
{
    private static readonly double[] s_shares = [0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1];

    public static TheoryData<string, Func<Random, long>> Distributions => new()
    {
        { "small", random => random.Next(300) },
        { "uniform", random => random.NextInt64(1, 1_000_000_000) },
        { "exponential", random => (long)(-Math.Log(1 - random.NextDouble()) * 50_000) },
        { "two modes", random => random.Next(100) == 0 ? random.NextInt64(9_000_000, 11_000_000) : random.NextInt64(20_000, 30_000) },
        { "powers of two", random => 1L << random.Next(62) },
        { "around powers of two", random => (1L << random.Next(2, 60)) + random.Next(-2, 3) },
    };

    [Theory]
    [MemberData(nameof(Distributions))]
    public void A_percentile_is_within_half_a_per_cent_of_the_exact_one(string name, Func<Random, long> next)
    {
        var random = new Random(name.Length);
        var histogram = new LatencyHistogram();
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => next(random))];
        Array.ForEach(values, histogram.Record);
        Array.Sort(values);

        Assert.Equal(values.Length, histogram.Count);
        Assert.Equal(values[^1], histogram.Max);
        foreach (double share in s_shares)
        {
            long exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(histogram.Percentile(share), exact * 0.995, exact * 1.005);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(long.MaxValue)]
    public void A_single_value_is_every_percentile(long value)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(value);

        Assert.Equal(value, histogram.Max);
        Assert.All(s_shares, share => Assert.InRange(histogram.Percentile(share), value * 0.995, value));
    }

    [Fact]
    public void Nothing_recorded_is_zero_throughout()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(0, histogram.Percentile(0.99));
        Assert.Equal(0, histogram.Max);
        Assert.Equal(0, histogram.Count);
    }

    [Fact]
    public void Clearing_forgets_everything()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1_000_000);
        histogram.Clear();
        histogram.Record(7);

        Assert.Equal(1, histogram.Count);
        Assert.Equal(7, histogram.Max);
        Assert.Equal(7, histogram.Percentile(1));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            histogram.Record(i * 1000L);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
