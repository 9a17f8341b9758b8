using System.Diagnostics;
using System.Globalization;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;
using Spectre.Console;

namespace Netpoll.Bench.Reports;

/// <summary>Says what runs now and, as each cell ends, what came out: a spinner on a terminal, plain lines anywhere else.</summary>
internal sealed class LiveReport(IAnsiConsole console, Plan plan)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _done;

    /// <summary>Runs one cell, and reports it.</summary>
    public async Task<Cell> ShowAsync(Workload workload, int round, Candidate candidate, Func<Task<Cell>> run)
    {
        string what = $"{_done + 1} of {plan.CellCount}{Remaining()}: {workload.Name}, round {round} of {plan.Rounds}, {candidate.Name}";
        Cell cell = console.Profile.Capabilities.Interactive
            ? await console.Status().StartAsync(what, _ => run())
            : await run();
        _done++;
        console.WriteLine(Line(cell));
        foreach (string complaint in cell.Complaints)
        {
            console.WriteLine($"    {complaint}");
        }

        return cell;
    }

    private string Remaining()
    {
        if (_done == 0)
        {
            return "";
        }

        TimeSpan left = Stopwatch.GetElapsedTime(_started) / _done * (plan.CellCount - _done);
        return string.Create(CultureInfo.InvariantCulture, $", about {left:m\\:ss} left");
    }

    private string Line(Cell cell) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_done,3}/{plan.CellCount} {cell.Workload.Name,-14} round {cell.Round} {cell.Candidate,-15} {Figures(cell)} " +
        $"RSS {cell.Usage.ServerResidentBytes >> 20} MB{Counted(cell)}{(cell.IsClean ? "" : $" {cell.Load.Errors} ERRORS")}");

    private static string Figures(Cell cell) => cell.BytesPerConnection is { } bytes ? Held(cell, bytes) : Steady(cell);

    private static string Held(Cell cell, double bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{bytes,9:N0} B/connection idle CPU {cell.Usage.ServerBusyShare:P3}, then {cell.Load.Requests:N0} calls answered");

    private static string Steady(Cell cell) => string.Create(
        CultureInfo.InvariantCulture,
        $"{cell.Load.Qps,9:N0} req/s {cell.CpuMicrosPerRequest,6:N2} us CPU/req " +
        $"p50 {cell.Load.P50,7:N0} p99 {cell.Load.P99,7:N0} p99.9 {cell.Load.P999,7:N0} max {cell.Load.Max,7:N0} us " +
        $"busy {cell.Usage.ServerBusyShare,4:P0} load {cell.Usage.LoadBusyShare,4:P0} others {cell.Usage.ServerCoreForeignShare,3:P0}+{cell.Usage.LoadCoreForeignShare:P0}");

    private static string Counted(Cell cell) => cell.AllocatedBytesPerRequest is { } bytes && cell.Workload.Shape != Shape.Hold
        ? string.Create(CultureInfo.InvariantCulture, $" alloc {bytes:N1} B/req{SystemCalls(cell)}")
        : "";

    private static string SystemCalls(Cell cell) => cell.SystemCallsPerRequest is { } calls
        ? string.Create(CultureInfo.InvariantCulture, $" {calls:N3} calls/req")
        : "";
}
