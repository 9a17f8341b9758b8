using System.Globalization;
using System.Net;
using System.Text;

namespace Netpoll.Bench.Charts;

/// <summary>Writes SVG elements: what a chart needs, no more. Coordinates are in pixels from the top left.</summary>
public sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins an image of a size.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="description">The image in words, for those who do not see it.</param>
    /// <param name="style">CSS for its classes.</param>
    public SvgWriter(double width, double height, string description, string style)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" role=\"img\" aria-label=\"{Escape(description)}\">\n");
        _text.Append(CultureInfo.InvariantCulture, $"<style>{style}</style>\n");
    }

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string css) =>
        Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"{css}\"/>");

    /// <summary>A line through points, from the first to the last.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string css) =>
        Append($"<path d=\"M{string.Join('L', points.Select(point => $"{N(point.X)} {N(point.Y)}"))}\" class=\"{css}\"/>");

    /// <summary>A dot that says more when pointed at.</summary>
    public void Dot(double x, double y, double radius, string css, string tooltip) =>
        Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" class=\"{css}\"><title>{Escape(tooltip)}</title></circle>");

    /// <summary>Words. The point is on their base line: at their beginning, or where the CSS class anchors them.</summary>
    public void Text(double x, double y, string text, string css) =>
        Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" class=\"{css}\">{Escape(text)}</text>");

    /// <summary>The whole image.</summary>
    public override string ToString() => $"{_text}</svg>\n";

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private void Append(string element) => _text.Append(element).Append('\n');
}
