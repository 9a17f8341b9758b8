using System.Globalization;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Charts;

/// <summary>
/// Colours and lines by server, the same in every chart. Ours are strong and thick, the others thinner, the yardstick grey and dashed.
/// Each colour has a form for light and for dark backgrounds, between which the viewer's own setting picks.
/// </summary>
public static class Palette
{
    private const string Other = "other";

    private static readonly (string Candidate, string Light, string Dark)[] s_colours =
    [
        (CandidateNames.Yardstick, "#6b7280", "#9ca3af"),
        (CandidateNames.Serial, "#1d4ed8", "#7aa7ff"),
        (CandidateNames.Bounded, "#c2410c", "#ff9d5c"),
        (CandidateNames.Shared, "#a16207", "#e6b94d"),
        (CandidateNames.Socket, "#7c3aed", "#b794f6"),
        (CandidateNames.MergedSocket, "#4338ca", "#a5b4fc"),
        (CandidateNames.Kestrel, "#be185d", "#f687b3"),
        (CandidateNames.AkkaIo, "#4d7c0f", "#a3d65c"),
        (CandidateNames.Go, "#0f766e", "#4fd1c5"),
        (Other, "#374151", "#d1d5db"),
    ];

    /// <summary>The CSS of all classes.</summary>
    public static string Style { get; } = string.Concat(
        "text{font:12px system-ui,sans-serif;fill:#374151}.title{font-size:14px;font-weight:600;fill:#111827}.end{text-anchor:end}.middle{text-anchor:middle}",
        ".grid{stroke:#e5e7eb;stroke-width:1}.reference{stroke:#6b7280;stroke-width:1;stroke-dasharray:4 3}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.ours{stroke-width:2.8}.dashed{stroke-dasharray:5 4}",
        string.Concat(s_colours.Select((colour, i) => Rules(i, colour.Light))),
        "@media(prefers-color-scheme:dark){text{fill:#cbd5e1}.title{fill:#f1f5f9}.grid{stroke:#334155}.reference{stroke:#94a3b8}",
        string.Concat(s_colours.Select((colour, i) => Rules(i, colour.Dark))),
        "}");

    /// <summary>The class for a server's dots and label.</summary>
    public static string Fill(string candidate) => string.Create(CultureInfo.InvariantCulture, $"f{IndexOf(candidate)}");

    /// <summary>The classes for a server's line.</summary>
    public static string Line(string candidate)
    {
        string style = candidate == CandidateNames.Yardstick || IsVariant(candidate) ? " dashed" : "";
        return string.Create(CultureInfo.InvariantCulture, $"line s{IndexOf(candidate)}{(IsOurs(candidate) ? " ours" : "")}{style}");
    }

    private static bool IsOurs(string candidate) => candidate.StartsWith("actors-", StringComparison.Ordinal);

    /// <summary>Whether it is one of ours with another backend, after the slash: it shares the colour.</summary>
    private static bool IsVariant(string candidate) => candidate.Contains('/', StringComparison.Ordinal);

    private static int IndexOf(string candidate)
    {
        string name = candidate.Split('/')[0];
        int index = Array.FindIndex(s_colours, colour => colour.Candidate == name);
        return index >= 0 ? index : s_colours.Length - 1;
    }

    private static string Rules(int index, string colour) =>
        string.Create(CultureInfo.InvariantCulture, $".s{index}{{stroke:{colour}}}.f{index}{{fill:{colour}}}");
}
