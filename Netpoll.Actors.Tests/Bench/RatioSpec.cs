using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class RatioSpec
{
    private static readonly Workload s_load = Workload.Of(Shape.Pool, 100);

    [Fact]
    public void A_spread_is_the_middle_value_and_the_range()
    {
        Assert.Equal(new Spread(3, 1, 9), Spread.Of([9, 1, 3]));
        Assert.Equal(new Spread(2.5, 1, 9), Spread.Of([9, 1, 3, 2]));
    }

    [Fact]
    public void Ratios_are_taken_round_by_round()
    {
        // The second round's machine was half as fast, for both.
        Cell[] ours = [Of("a", 1, 200), Of("a", 2, 100), Of("a", 3, 180)];
        Cell[] others = [Of("b", 1, 100), Of("b", 2, 50), Of("b", 3, 100)];

        Assert.Equal(new Spread(2, 1.8, 2), Ratio.Of(ours, others, cell => cell.Load.Qps, Enumerable.Single));
    }

    [Fact]
    public void Of_several_others_the_best_of_each_round_counts()
    {
        Cell[] others = [Of("b", 1, 50), Of("c", 1, 100), Of("b", 2, 100), Of("c", 2, 50)];

        Assert.Equal(new Spread(1.5, 1, 2), Ratio.Of([Of("a", 1, 100), Of("a", 2, 200)], others, cell => cell.Load.Qps, Enumerable.Max));
    }

    [Fact]
    public void Another_load_is_nothing_to_compare_with()
    {
        Cell other = Of("b", 1, 50) with { Workload = Workload.Of(Shape.Pool, 1000) };

        Assert.Null(Ratio.Of([Of("a", 1, 100)], [other], cell => cell.Load.Qps, Enumerable.Single));
    }

    private static Cell Of(string candidate, int round, double qps) => new(
        s_load, candidate, round, new LoadResult(1000, 0, 1, qps, 1, 1, 1, 1, 1), new Usage(1, 1, 1, 0, 0, 1, null), []);
}
