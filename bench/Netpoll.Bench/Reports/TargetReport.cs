using System.Globalization;
using Netpoll.Bench.Targets;
using Spectre.Console;

namespace Netpoll.Bench.Reports;

/// <summary>The targets that a run measured, for the terminal.</summary>
internal static class TargetReport
{
    public static void Write(IAnsiConsole console, IReadOnlyList<TargetResult> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }

        Table table = new Table().RoundedBorder().Title("Targets").AddColumns("load", "server", "figure");
        table.AddColumn("wanted", column => column.RightAligned());
        table.AddColumn("reached", column => column.RightAligned());
        table.AddColumn("");
        foreach (TargetResult target in targets)
        {
            table.AddRow(target.Load, target.Candidate, target.What, Wanted(target), Reached(target), target.IsMet ? "[green]met[/]" : "[red]not met[/]");
        }

        console.WriteLine();
        console.Write(table);
    }

    /// <summary>The bound, with the side on which it lies.</summary>
    public static string Wanted(TargetResult target) => $"{(target.IsLeast ? "at least" : "at most")} {Number(target.Bound)}";

    /// <summary>The median and the range.</summary>
    public static string Reached(TargetResult target) =>
        $"{Number(target.Reached.Median)} ({Number(target.Reached.Min)} to {Number(target.Reached.Max)})";

    private static string Number(double value) => value.ToString(value >= 100 ? "N0" : value is > 0 and < 0.01 ? "0.#####" : "0.##", CultureInfo.InvariantCulture);
}
