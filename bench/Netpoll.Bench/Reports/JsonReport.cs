using System.Text.Json;
using System.Text.Json.Serialization;

namespace Netpoll.Bench.Reports;

/// <summary>Everything that was measured, for machines: origin, plan, each cell, each summary, each target.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Write(string path, RunRecord run)
    {
        var report = new
        {
            run.Origin,
            plan = new { run.Plan.Rounds, run.Plan.Seconds, run.Plan.WarmUp, run.Plan.HoldSeconds, run.Plan.ServerCore, run.Plan.LoadCore },
            run.Targets,
            run.Summaries,
            run.Cells,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(report, s_options));
    }
}
