using System.Globalization;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Reports;

/// <summary>The summaries of one load as words and numbers, for whatever shows them.</summary>
/// <param name="Headings">Of the columns; the first is the server's name.</param>
/// <param name="Rows">A server each.</param>
internal sealed record TextTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private static readonly (string Heading, Func<Summary, string> Text)[] s_held =
    [
        ("server", s => s.Candidate),
        ("bytes per connection", s => Text(s.BytesPerConnection, "N0")),
        ("idle CPU %", s => Text(s.ServerBusy.Scale(100), "N3")),
        ("RSS MB", s => Text(s.ResidentBytes.Scale(1.0 / (1 << 20)), "N0")),
        ("calls/s", s => Text(s.Qps, "N0")),
        ("p99 us", s => Text(s.P99, "N0")),
        ("errors", s => $"{s.Errors}"),
    ];

    private static readonly (string Heading, Func<Summary, string> Text)[] s_steady =
    [
        ("server", s => s.Candidate),
        ("QPS", s => Text(s.Qps, "N0")),
        ("x yardstick", s => Ranged(s.QpsRatio)),
        ("CPU us/req", s => Text(s.CpuMicros, "N2")),
        ("x yardstick", s => Ranged(s.CpuRatio)),
        ("p50 us", s => Text(s.P50, "N0")),
        ("p99 us", s => Text(s.P99, "N0")),
        ("p99.9 us", s => Text(s.P999, "N0")),
        ("max us", s => Text(s.Max, "N0")),
        ("busy", s => Text(s.ServerBusy, "P0")),
        ("load busy", s => Text(s.LoadBusy, "P0")),
        ("others", s => Text(s.Foreign, "P0")),
        ("RSS MB", s => Text(s.ResidentBytes.Scale(1.0 / (1 << 20)), "N0")),
        ("alloc B/req", s => Text(s.AllocatedBytes, "N1")),
        ("calls/req", s => Text(s.SystemCalls, "N3")),
        ("errors", s => $"{s.Errors}"),
    ];

    /// <summary>The table of a load.</summary>
    public static TextTable Of(Workload workload, IReadOnlyList<Summary> summaries)
    {
        (string Heading, Func<Summary, string> Text)[] columns = workload.Shape == Shape.Hold ? s_held : s_steady;
        return new TextTable(
            [.. columns.Select(column => column.Heading)],
            [.. summaries.Select(summary => (IReadOnlyList<string>)[.. columns.Select(column => column.Text(summary))])]);
    }

    private static string Text(Spread? spread, string format) => spread?.Median.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Ranged(Spread? ratio) => ratio is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:N2} ({ratio.Min:N2}-{ratio.Max:N2})");
}
