using System.Globalization;
using System.Net;
using System.Text;
using Netpoll.Bench.Charts;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Targets;

namespace Netpoll.Bench.Reports;

/// <summary>One page with all of a run: where it comes from, the targets, the charts, the tables. It refers to nothing outside itself.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--text:#1f2937;--soft:#6b7280;--line:#e5e7eb;--back:#fff;--met:#15803d;--unmet:#b91c1c}
        @media(prefers-color-scheme:dark){:root{--text:#e2e8f0;--soft:#94a3b8;--line:#334155;--back:#0f172a;--met:#4ade80;--unmet:#f87171}}
        body{margin:2rem auto;max-width:1200px;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back)}
        h1{font-size:1.6rem;margin-bottom:.3rem}h2{font-size:1.2rem;margin-top:2.2rem}p,dd{color:var(--soft)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{font-weight:600}dd{margin:0}code{font-size:.9em}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:1rem}.charts svg{width:100%;height:auto}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
        th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th{color:var(--soft);font-weight:600}
        th:first-child,td:first-child,.words td,.words th{text-align:left}.met{color:var(--met)}.unmet{color:var(--unmet)}
        """;

    public static void Write(string path, RunRecord run, IReadOnlyList<Chart> charts) => File.WriteAllText(path, Page(run, charts));

    private static string Page(RunRecord run, IReadOnlyList<Chart> charts)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Netpoll.Actors: benchmark</title><style>{Style}</style></head><body>\n");
        page.Append("<h1>Netpoll.Actors: benchmark</h1>\n");
        page.Append("<p>Servers take turns on one core, the load generator has another. Ratios are medians over the rounds, each taken within one round, with their range; absolute figures are this machine's on this day.</p>\n");
        AppendOrigin(page, run);
        AppendTargets(page, run.Targets);
        page.Append("<h2>Charts</h2>\n<div class=\"charts\">\n");
        foreach (Chart chart in charts)
        {
            page.Append("<figure style=\"margin:0\">").Append(chart.Svg).Append("</figure>\n");
        }

        page.Append("</div>\n");
        foreach (IGrouping<Workload, Summary> group in run.Summaries.GroupBy(summary => summary.Workload))
        {
            TextTable table = TextTable.Of(group.Key, [.. group]);
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Escape(group.Key.Title)}</h2>\n");
            AppendTable(page, table.Headings, table.Rows.Select(row => row.Select(Escape)));
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendOrigin(StringBuilder page, RunRecord run)
    {
        RunOrigin origin = run.Origin;
        (string Term, string Text)[] entries =
        [
            ("when", origin.When.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("commit", origin.Commit),
            ("machine", $"{origin.Processor}; {origin.System}; {origin.Runtime}; {origin.Engine} engine"),
            ("command", $"dotnet run -c Release --project bench/Netpoll.Bench -- {origin.Command}"),
            ("plan", string.Create(CultureInfo.InvariantCulture, $"{run.Plan.Rounds} rounds, windows of {run.Plan.Seconds} s after a warm-up of {run.Plan.WarmUp} s")),
        ];
        page.Append("<dl>");
        foreach ((string term, string text) in entries)
        {
            page.Append(CultureInfo.InvariantCulture, $"<dt>{term}</dt><dd>{Escape(text)}</dd>");
        }

        page.Append("</dl>\n");
    }

    private static void AppendTargets(StringBuilder page, IReadOnlyList<TargetResult> targets)
    {
        if (targets.Count > 0)
        {
            page.Append("<h2>Targets</h2>\n");
            AppendTable(
                page,
                ["load", "server", "figure", "wanted", "reached", ""],
                targets.Select(target => (IEnumerable<string>)
                [
                    Escape(target.Load), Escape(target.Candidate), Escape(target.What), TargetReport.Wanted(target), TargetReport.Reached(target),
                    target.IsMet ? "<span class=\"met\">met</span>" : "<span class=\"unmet\">not met</span>",
                ]),
                "words");
        }
    }

    private static void AppendTable(StringBuilder page, IEnumerable<string> headings, IEnumerable<IEnumerable<string>> rows, string css = "")
    {
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table class=\"{css}\"><tr>");
        page.AppendJoin("", headings.Select(heading => $"<th>{Escape(heading)}</th>")).Append("</tr>\n");
        foreach (IEnumerable<string> row in rows)
        {
            page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{cell}</td>")).Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
