using System.CommandLine;
using Netpoll.Bench.Engine.Loads;
using Netpoll.Bench.Engine.Measuring;
using Netpoll.Bench.Engine.Reports;

namespace Netpoll.Bench.Engine;

/// <summary>The command line: measure the engine that this program was built on, or compare what two of them wrote.</summary>
internal static class EngineBenchCommand
{
    private static readonly Option<int> s_rounds = new("--rounds") { Description = "Measured rounds of each load.", DefaultValueFactory = _ => 5 };
    private static readonly Option<bool> s_quick = new("--quick") { Description = "Rounds of a tenth of the length: shows that it works." };
    private static readonly Option<string?> s_json = new("--json") { Description = "File for all rounds. Rounds of the same engine that it holds already are kept." };

    private static readonly Option<string[]> s_loads = new Option<string[]>("--load")
    {
        Description = "Only these loads.",
        DefaultValueFactory = _ => [.. Load.All.Select(load => load.Name)],
        AllowMultipleArgumentsPerToken = true,
    }.AcceptOnlyFromAmong([.. Load.All.Select(load => load.Name)]);

    private static readonly Argument<FileInfo> s_first = new Argument<FileInfo>("first") { Description = "A file that --json wrote." }.AcceptExistingOnly();
    private static readonly Argument<FileInfo> s_second = new Argument<FileInfo>("second") { Description = "Another." }.AcceptExistingOnly();

    /// <summary>Runs what the arguments ask for.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var compare = new Command("compare", "Puts two files of results side by side.") { s_first, s_second };
        compare.SetAction(options => TableReport.Compare(
            Terminal.Create(), Results.Read(options.GetRequiredValue(s_first).FullName), Results.Read(options.GetRequiredValue(s_second).FullName)));

        var root = new RootCommand("Measures the actor engine that this program was built on.") { s_rounds, s_quick, s_json, s_loads, compare };
        root.SetAction(MeasureAsync);
        return await root.Parse(args).InvokeAsync();
    }

    private static async Task MeasureAsync(ParseResult options, CancellationToken cancellation)
    {
        string? json = options.GetValue(s_json);
        Results results = json is not null && File.Exists(json) ? Results.Read(json) : new Results();
        results.CheckEngine();

        foreach (Load load in Load.All.Where(load => options.GetValue(s_loads)!.Contains(load.Name)))
        {
            results.Add(load, await Measurement.RunAsync(load, options.GetValue(s_rounds), options.GetValue(s_quick), cancellation));
        }

        TableReport.Write(Terminal.Create(), results);
        if (json is not null)
        {
            results.Write(json);
        }
    }
}
