using System.Runtime.InteropServices;
using System.Text.Json;
using Netpoll.Bench.Measuring;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Reports;

/// <summary>Everything that was measured, for machines: the plan, each cell, each summary.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string path, Plan plan, IReadOnlyList<Cell> cells, IReadOnlyList<Summary> summaries)
    {
        var report = new
        {
            when = DateTimeOffset.UtcNow,
            command = Environment.CommandLine,
            machine = new
            {
                system = RuntimeInformation.OSDescription,
                architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                processor = Processor(),
                cores = Environment.ProcessorCount,
                runtime = RuntimeInformation.FrameworkDescription,
            },
            plan = new { plan.Rounds, plan.Seconds, plan.WarmUp, plan.Body, plan.ServerCore, plan.LoadCore, plan.Scenarios },
            cells,
            summaries,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(report, s_options));
    }

    private static string? Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
