using Netpoll.Bench.Measuring;

namespace Netpoll.Bench.Charts;

/// <summary>One figure of each server: a dot for the median over the rounds, a line for the range, and the number beside it.</summary>
/// <param name="Title">Above the chart: what and under which load.</param>
/// <param name="Rows">The servers, from top to bottom.</param>
/// <param name="Reference">Where to draw a line across: what the others are compared with.</param>
/// <param name="Format">Writes a value of the figure.</param>
public sealed record RangeChart(string Title, IReadOnlyList<(string Candidate, Spread Spread)> Rows, double Reference, Func<double, string> Format)
{
    private const double Width = 580, Left = 144, Right = 60, Top = 40, Bottom = 32, RowHeight = 26, DotRadius = 4.5;
    private const double PlotWidth = Width - Left - Right;

    /// <summary>Draws it.</summary>
    public string ToSvg()
    {
        Scale scale = Scale.Linear(Rows.Select(row => row.Spread.Max).Append(Reference));
        double bottom = Top + (RowHeight * Rows.Count);
        var svg = new SvgWriter(Width, bottom + Bottom, Title, Palette.Style);
        svg.Text(12, 20, Title, "title");
        foreach (double tick in scale.Ticks)
        {
            svg.Line(X(tick), Top, X(tick), bottom, "grid");
            svg.Text(X(tick), bottom + 18, Format(tick), "middle");
        }

        svg.Line(X(Reference), Top, X(Reference), bottom, "reference");
        foreach ((int index, (string candidate, Spread spread)) in Rows.Index())
        {
            double y = Top + (RowHeight * (index + 0.5));
            svg.Text(Left - 12, y + 4, candidate, $"end {Palette.Fill(candidate)}");
            svg.Path([(X(spread.Min), y), (X(spread.Max), y)], Palette.Line(candidate).Replace(" dashed", "", StringComparison.Ordinal));
            svg.Dot(X(spread.Median), y, DotRadius, Palette.Fill(candidate), $"{candidate}: {Format(spread.Median)} ({Format(spread.Min)} to {Format(spread.Max)})");
            svg.Text(X(spread.Max) + 10, y + 4, Format(spread.Median), Palette.Fill(candidate));
        }

        return svg.ToString();

        double X(double value) => Left + (PlotWidth * scale.Position(value));
    }
}
