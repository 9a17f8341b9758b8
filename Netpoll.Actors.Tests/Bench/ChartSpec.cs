using System.Xml.Linq;
using Netpoll.Bench.Charts;
using Netpoll.Bench.Measuring;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class ChartSpec
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_linear_scale_begins_at_zero_and_ends_on_a_round_number()
    {
        Scale scale = Scale.Linear([3, 47]);

        Assert.Equal([0, 10, 20, 30, 40, 50], scale.Ticks);
        Assert.Equal(0.5, scale.Position(25), 6);
    }

    [Fact]
    public void A_logarithmic_scale_has_the_powers_of_ten_around_the_values()
    {
        Scale scale = Scale.Logarithmic([30, 4000]);

        Assert.Equal([10, 100, 1000, 10_000], scale.Ticks.Select(tick => Math.Round(tick)));
        Assert.Equal(2.0 / 3, scale.Position(1000), 6);
    }

    [Fact]
    public void Labels_that_would_lie_on_each_other_move_apart_in_order_and_stay_inside()
    {
        double[] placed = Labels.Spread([98, 99, 50, 99], gap: 10, least: 0, most: 100);

        Assert.Equal([80, 90, 50, 100], placed);
    }

    [Fact]
    public void A_line_chart_is_well_formed_and_has_each_point_and_label_inside_the_image()
    {
        var chart = new LineChart(
            "a < b & c", "connections", ["1", "100", "1000"],
            [new Series("c-epoll", [10, 200, 150]), new Series("go-net", [8, null, 120])], IsLogarithmic: true, Numbers.Count);

        XElement svg = XElement.Parse(chart.ToSvg());

        Assert.Equal(5, svg.Elements(s_svg + "circle").Count());
        Assert.Contains(svg.Elements(s_svg + "text"), text => text.Value == "a < b & c");
        double width = (double)svg.Attribute("width")!, height = (double)svg.Attribute("height")!;
        Assert.All(svg.Elements(s_svg + "circle"), circle => Assert.InRange((double)circle.Attribute("cx")!, 0, width));
        Assert.All(svg.Elements(s_svg + "text"), text => Assert.InRange((double)text.Attribute("y")!, 0, height));
    }

    [Fact]
    public void A_range_chart_shows_the_median_between_the_ends_of_its_range()
    {
        var chart = new RangeChart("ratios", [("c-epoll", new Spread(1, 1, 1)), ("kestrel", new Spread(0.5, 0.4, 0.7))], Reference: 1, Numbers.Ratio);

        XElement[] dots = [.. XElement.Parse(chart.ToSvg()).Elements(s_svg + "circle")];

        Assert.Equal(2, dots.Length);
        Assert.True((double)dots[1].Attribute("cx")! < (double)dots[0].Attribute("cx")!);
    }

    [Theory]
    [InlineData(950, "950")]
    [InlineData(1500, "1.5k")]
    [InlineData(150_000, "150k")]
    [InlineData(2_500_000, "2.5M")]
    public void Counts_are_short(double value, string text) => Assert.Equal(text, Numbers.Count(value));
}
