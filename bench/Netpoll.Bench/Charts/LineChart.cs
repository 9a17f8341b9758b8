namespace Netpoll.Bench.Charts;

/// <summary>A figure over a few sizes of load, a line for each server, each line labelled at its end.</summary>
/// <param name="Title">Above the chart: what and under which load.</param>
/// <param name="XLabel">Below it: what the sizes are.</param>
/// <param name="X">The sizes in words, evenly spaced: they are steps, not a measure.</param>
/// <param name="Series">The lines.</param>
/// <param name="IsLogarithmic">Whether the figure is a matter of orders of magnitude.</param>
/// <param name="Format">Writes a value of the figure.</param>
public sealed record LineChart(
    string Title, string XLabel, IReadOnlyList<string> X, IReadOnlyList<Series> Series, bool IsLogarithmic, Func<double, string> Format)
{
    private const double Width = 580, Height = 340, Left = 56, Right = 144, Top = 40, Bottom = 46;
    private const double LabelGap = 15, DotRadius = 3.2;
    private const double PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;

    /// <summary>Draws it.</summary>
    public string ToSvg()
    {
        double[] values = [.. Series.SelectMany(series => series.Values).OfType<double>()];
        Scale scale = IsLogarithmic ? Scale.Logarithmic(values) : Scale.Linear(values);
        var svg = new SvgWriter(Width, Height, Title, Palette.Style);
        DrawAxes(svg, scale);
        foreach (Series series in Series)
        {
            DrawLine(svg, series, Y);
        }

        DrawLabels(svg, Y);
        return svg.ToString();

        double Y(double value) => Top + (PlotHeight * (1 - scale.Position(value)));
    }

    private double XOf(int index) => Left + (X.Count == 1 ? PlotWidth / 2 : PlotWidth * index / (X.Count - 1));

    private void DrawAxes(SvgWriter svg, Scale scale)
    {
        svg.Text(Left - 44, 20, Title, "title");
        foreach (double tick in scale.Ticks)
        {
            double y = Top + (PlotHeight * (1 - scale.Position(tick)));
            svg.Line(Left, y, Left + PlotWidth, y, "grid");
            svg.Text(Left - 8, y + 4, Format(tick), "end");
        }

        for (int i = 0; i < X.Count; i++)
        {
            svg.Text(XOf(i), Top + PlotHeight + 18, X[i], "middle");
        }

        svg.Text(Left + (PlotWidth / 2), Height - 8, XLabel, "middle");
    }

    private void DrawLine(SvgWriter svg, Series series, Func<double, double> y)
    {
        (int Index, double Value)[] points = [.. from point in series.Values.Index() where point.Item is not null select (point.Index, point.Item!.Value)];
        svg.Path(points.Select(point => (XOf(point.Index), y(point.Value))), Palette.Line(series.Candidate));
        foreach ((int index, double value) in points)
        {
            svg.Dot(XOf(index), y(value), DotRadius, Palette.Fill(series.Candidate), $"{series.Candidate}, {X[index]}: {Format(value)}");
        }
    }

    private void DrawLabels(SvgWriter svg, Func<double, double> y)
    {
        double[] ends = [.. Series.Select(series => y(series.Values.OfType<double>().Last()))];
        double[] placed = Labels.Spread(ends, LabelGap, Top, Top + PlotHeight);
        foreach ((Series series, double position) in Series.Zip(placed))
        {
            svg.Text(Left + PlotWidth + 12, position + 4, series.Candidate, Palette.Fill(series.Candidate));
        }
    }
}

/// <summary>One server's values, one for each size; null where it was not measured, but at least one is there.</summary>
/// <param name="Candidate">The server.</param>
/// <param name="Values">The values.</param>
public sealed record Series(string Candidate, IReadOnlyList<double?> Values);
