using System.Globalization;
using Netpoll.Bench.Engine.Measuring;
using Spectre.Console;

namespace Netpoll.Bench.Engine.Reports;

/// <summary>Medians for the terminal.</summary>
internal static class TableReport
{
    private static readonly (string Name, string Unit, Func<Sample, double> Of)[] s_figures =
    [
        ("wall", "ns", sample => sample.WallNanoseconds),
        ("CPU", "ns", sample => sample.CpuNanoseconds),
        ("allocated", "B", sample => sample.AllocatedBytes),
    ];

    private static readonly (string Name, string Unit, Func<Sample, double> Of)[] s_memory = [("in use", "B", sample => sample.HeldBytes)];

    /// <summary>One engine's figures.</summary>
    public static void Write(IAnsiConsole console, Results results)
    {
        Table table = new Table().RoundedBorder().Title($"{results.Engine}, {results.Machine}");
        table.AddColumns("load", "for one", "figure").AddColumn("median", Right).AddColumn("lowest to highest", Right).AddColumn("rounds", Right);
        foreach (LoadResult load in results.Loads)
        {
            foreach ((string name, string unit, Func<Sample, double> of) in FiguresOf(load))
            {
                string range = $"{Text(load.Rounds.Min(of))} to {Text(load.Rounds.Max(of))}";
                table.AddRow(load.Name, load.Operation, name, $"{Text(of(load.Median))} {unit}", range, load.Rounds.Count.ToString(CultureInfo.InvariantCulture));
            }
        }

        console.Write(table);
    }

    /// <summary>Two engines' figures, and the second's as a multiple of the first's.</summary>
    public static void Compare(IAnsiConsole console, Results first, Results second)
    {
        Table table = new Table().RoundedBorder();
        table.AddColumns("load", "for one", "figure").AddColumn(first.Engine, Right).AddColumn(second.Engine, Right).AddColumn("second / first", Right);
        foreach (LoadResult load in first.Loads)
        {
            if (second.Find(load.Name) is not { } other)
            {
                continue;
            }

            foreach ((string name, string unit, Func<Sample, double> of) in FiguresOf(load))
            {
                double one = of(load.Median), two = of(other.Median);
                table.AddRow(load.Name, load.Operation, name, $"{Text(one)} {unit}", $"{Text(two)} {unit}", Ratio(one, two));
            }
        }

        console.Write(table);
    }

    private static (string Name, string Unit, Func<Sample, double> Of)[] FiguresOf(LoadResult load) => load.IsAboutMemory ? s_memory : s_figures;

    private static void Right(TableColumn column) => column.RightAligned();

    private static string Text(double value) => value.ToString(value < 100 ? "N1" : "N0", CultureInfo.InvariantCulture);

    // Below a byte or a nanosecond there is nothing to compare with.
    private static string Ratio(double one, double two) => one < 1 ? "-" : (two / one).ToString("N2", CultureInfo.InvariantCulture);
}
