using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Spectre.Console;

namespace Netpoll.Bench.Reports;

/// <summary>Medians for the terminal, one table a load. A ratio is followed by its range over the rounds.</summary>
internal static class TableReport
{
    public static void Write(IAnsiConsole console, RunRecord run)
    {
        foreach (IGrouping<Workload, Summary> group in run.Summaries.GroupBy(summary => summary.Workload))
        {
            TextTable text = TextTable.Of(group.Key, [.. group]);
            Table table = new Table().RoundedBorder().Title(group.Key.Title);
            table.AddColumn(text.Headings[0]);
            foreach (string heading in text.Headings.Skip(1))
            {
                table.AddColumn(heading, column => column.RightAligned());
            }

            foreach (IReadOnlyList<string> row in text.Rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            console.WriteLine();
            console.Write(table);
        }
    }
}
