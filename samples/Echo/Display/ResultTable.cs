using System.Globalization;
using Echo.Load;
using Spectre.Console;

namespace Echo.Display;

/// <summary>A load's result, one figure a line.</summary>
internal static class ResultTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="result">What to show.</param>
    /// <param name="title">What was loaded.</param>
    /// <param name="process">What ran in this process.</param>
    /// <param name="framed">False for columns without lines around them.</param>
    public static Table Create(LoadResult result, string title, string process, bool framed)
    {
        var table = new Table { Border = framed ? TableBorder.Rounded : TableBorder.None };
        table.AddColumn(Markup.Escape(title));
        table.AddColumn("", column => column.RightAligned());

        Row("requests", result.Requests, "N0");
        Row("requests per second", result.Qps, "N0");
        Row("latency p50, us", result.P50, "N0");
        Row("latency p99, us", result.P99, "N0");
        Row("latency p99.9, us", result.P999, "N0");
        Row("latency max, us", result.Max, "N0");
        Row("errors", result.Errors, "N0");
        Row($"CPU us per request ({process})", result.CpuMicrosPerRequest, "N2");
        Row($"allocated bytes per request ({process})", result.AllocatedBytesPerRequest, "N1");
        return table;

        void Row(string name, double value, string format) => table.AddRow(name, value.ToString(format, CultureInfo.InvariantCulture));
    }
}
