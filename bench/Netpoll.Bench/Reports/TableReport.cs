using System.Globalization;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Spectre.Console;

namespace Netpoll.Bench.Reports;

/// <summary>Medians for the terminal, one table a scenario. A ratio is followed by its range over the rounds.</summary>
internal static class TableReport
{
    public static void Write(IAnsiConsole console, Plan plan, IReadOnlyList<Summary> summaries)
    {
        foreach (Scenario scenario in plan.Scenarios)
        {
            console.WriteLine();
            console.Write(Table(scenario, plan, summaries.Where(summary => summary.Scenario == scenario.Name)));
        }
    }

    private static Table Table(Scenario scenario, Plan plan, IEnumerable<Summary> summaries)
    {
        Table table = new Table().RoundedBorder().Title($"{scenario.Name}: {scenario.Title}, {plan.Body} B");
        table.AddColumn("server");
        foreach (string heading in (string[])["QPS", "x yardstick", "CPU us/req", "x yardstick", "p50 us", "p99 us", "p99.9 us", "max us", "busy", "others", "RSS MB", "alloc B/req", "errors"])
        {
            table.AddColumn(heading, column => column.RightAligned());
        }

        foreach (Summary s in summaries)
        {
            table.AddRow(
                s.Candidate,
                Text(s.Qps, "N0"), Ratio(s.QpsRatio), Text(s.CpuMicros, "N2"), Ratio(s.CpuRatio),
                Text(s.P50, "N0"), Text(s.P99, "N0"), Text(s.P999, "N0"), Text(s.Max, "N0"),
                Text(s.ServerBusy, "P0"), Text(s.Foreign, "P0"),
                (s.ResidentBytes.Median / (1 << 20)).ToString("N0", CultureInfo.InvariantCulture),
                s.AllocatedBytes is null ? "-" : Text(s.AllocatedBytes, "N1"),
                s.Errors == 0 ? "0" : $"[red]{s.Errors}[/]");
        }

        return table;
    }

    private static string Text(Spread spread, string format) => spread.Median.ToString(format, CultureInfo.InvariantCulture);

    private static string Ratio(Spread? ratio) => ratio is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:N2} ({ratio.Min:N2}-{ratio.Max:N2})");
}
