using System.Globalization;
using System.Text;

namespace Akka.Event;

/// <summary>
/// A template's text and holes, as <see href="https://messagetemplates.org"/> has them: <c>{Name}</c>, <c>{@Name}</c>,
/// <c>{Name,8:N1}</c>. Two braces in a row are one brace of the text, and so is one that has no counterpart.
/// </summary>
internal static class LogTemplate
{
    // As string.Format has it. Wider, a hole could take all memory.
    private const int MaxWidth = 1_000_000;

    /// <summary>What the holes are called, in their order.</summary>
    public static List<string> Names(string template)
    {
        List<string> names = [];
        for (var at = 0; NextHole(template, ref at, null, out var hole);)
        {
            if (!hole.IsWhiteSpace())
                names.Add(NameOf(hole).ToString());
        }

        return names;
    }

    /// <summary>The text with its holes filled in their order, whatever they are called. Those without an argument stay.</summary>
    public static string Fill(string template, object?[] args)
    {
        var text = new StringBuilder();
        var filled = 0;
        for (var at = 0; NextHole(template, ref at, text, out var hole);)
        {
            if (hole.IsEmpty)
                continue;
            if (filled < args.Length)
                Append(text, hole, args[filled++]);
            else
                text.Append('{').Append(NameOf(hole)).Append('}');
        }

        return text.ToString();
    }

    /// <summary>The text with its holes as they are.</summary>
    public static string Unescape(string template) =>
        template.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    private static bool NextHole(string template, ref int at, StringBuilder? text, out ReadOnlySpan<char> hole)
    {
        for (; at < template.Length; at++)
        {
            var c = template[at];
            if (c is '{' or '}' && at + 1 < template.Length && template[at + 1] == c)
            {
                at++;
            }
            else if (c == '{' && template.IndexOf('}', at) is var end and >= 0)
            {
                hole = template.AsSpan(at + 1, end - at - 1);
                at = end + 1;
                return true;
            }

            text?.Append(c);
        }

        hole = default;
        return false;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<char> hole, object? arg)
    {
        // A comma behind the colon is the format's.
        var left = hole[..EndOf(hole.IndexOf(':'), hole)];
        var format = left.Length == hole.Length ? null : hole[(left.Length + 1)..].ToString();
        var value = TextOf(arg, format);
        var comma = left.IndexOf(',');
        if (comma >= 0
            && int.TryParse(left[(comma + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var width)
            && width is > -MaxWidth and < MaxWidth)
        {
            value = width < 0 ? value.PadRight(-width) : value.PadLeft(width);
        }

        text.Append(value);
    }

    private static string TextOf(object? arg, string? format)
    {
        if (arg is null)
            return "null";
        try
        {
            return (arg is IFormattable formattable ? formattable.ToString(format, CultureInfo.CurrentCulture) : arg.ToString()) ?? string.Empty;
        }
        catch (FormatException) when (format is not null)
        {
            // IGNORED: the argument does not know the format; the line is worth more than its look.
            return arg.ToString() ?? string.Empty;
        }
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> hole) => hole[..EndOf(hole.IndexOfAny(',', ':'), hole)].Trim();

    private static int EndOf(int found, ReadOnlySpan<char> hole) => found < 0 ? hole.Length : found;
}
