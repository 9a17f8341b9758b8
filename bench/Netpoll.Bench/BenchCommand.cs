using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Netpoll.Bench.Plans;
using Netpoll.Bench.Processes;
using Netpoll.Bench.Reports;

namespace Netpoll.Bench;

/// <summary>The command line: what to run, how long, on which cores.</summary>
internal static class BenchCommand
{
    /// <summary>What <c>--quick</c> runs: one load of each kind.</summary>
    private static readonly string[] s_quickScenarios = ["pool", "idle", "mux", Workloads.Connect, Workloads.Open10K];

    private static readonly Option<bool> s_quick = new("--quick")
    {
        Description = "One short round of everything: shows that it works and roughly where it stands.",
    };

    private static readonly Option<string[]> s_scenarios = Names("--scenario", $"Loads (default: {Workloads.Targets} {Workloads.Connect} {Workloads.Open10K}).", Workloads.Names);
    private static readonly Option<string[]> s_candidates = Names("--candidate", "Servers (default: all that can run here).", CandidateNames.All);
    private static readonly Option<string[]> s_backends = Many<string>("--backend", "Run ours with these backends of the pollers too.");
    private static readonly Option<string[]> s_listeners = Many<string>("--listen", "Run ours also listened to: metrics, traces, sampled-out, or several with commas.");
    private static readonly Option<int[]> s_connections = Many<int>("--connections", "Concurrencies for pool, idle, mux and connect (default 100).");
    private static readonly Option<int[]> s_bodies = Many<int>("--body", "Bytes in a request's body, for pool, idle, mux, connect and bodies (default 1024; bodies: 64 to 65536).");
    private static readonly Option<double?> s_rate = Positive<double>("--rate", "An open loop of so many requests a second instead of a closed one.");
    private static readonly Option<int?> s_rounds = Positive<int>("--rounds", "Rounds (default 3; quick 1).");
    private static readonly Option<double?> s_seconds = Positive<double>("--seconds", "Length of the measured window (default 3; quick 0.5).");
    private static readonly Option<double?> s_warmUp = Positive<double>("--warm-up", "Seconds of load before the window (default 3; quick 0.7).");
    private static readonly Option<double?> s_hold = Positive<double>("--hold", "Seconds for which idle connections are held (default 20, quick 1).");
    private static readonly Option<int> s_serverCore = new("--server-core") { Description = "The core the server is pinned to.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> s_loadCore = new("--load-core") { Description = "The core the load generator is pinned to.", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> s_output = new("--output")
    {
        Description = "Folder for the reports: JSON, HTML and SVG (default: a new one under artifacts/bench).",
    };

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 1 if a cell had errors, or 2 if the run could not begin or go on.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Compares servers under the same loads, interleaved, each on a core of its own.");
        foreach (Option option in (Option[])[s_quick, s_scenarios, s_candidates, s_backends, s_listeners, s_connections, s_bodies, s_rate, s_rounds, s_seconds, s_warmUp, s_hold, s_serverCore, s_loadCore, s_output])
        {
            root.Add(option);
        }

        root.SetAction((options, cancellation) => RunAsync(options, cancellation));
        // Long enough to end the server and the load generator when the run is interrupted.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
    }

    private static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
    {
        try
        {
            Plan plan = await PlanAsync(options);
            return await BenchRun.RunAsync(Terminal.Create(), plan, options.GetValue(s_output) ?? DefaultOutput(), cancellation);
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<Plan> PlanAsync(ParseResult options)
    {
        bool isQuick = options.GetValue(s_quick);
        string[] scenarios = Given(options, s_scenarios) ?? (isQuick ? s_quickScenarios : [Workloads.Targets, Workloads.Connect, Workloads.Open10K]);
        return new Plan
        {
            Workloads =
            [
                .. scenarios.SelectMany(name => Workloads.Of(name, Given(options, s_connections), Given(options, s_bodies), options.GetValue(s_rate) ?? 0)).Distinct(),
            ],
            Candidates = await CandidateCatalogue.FindAsync(
                Given(options, s_candidates) ?? CandidateNames.All, Given(options, s_backends) ?? [], Given(options, s_listeners) ?? [], Console.Error.WriteLine),
            Rounds = options.GetValue(s_rounds) ?? (isQuick ? 1 : 3),
            Seconds = options.GetValue(s_seconds) ?? (isQuick ? 0.5 : 3),
            WarmUp = options.GetValue(s_warmUp) ?? (isQuick ? 0.7 : 3),
            HoldSeconds = options.GetValue(s_hold) ?? (isQuick ? 1 : 20),
            ServerCore = options.GetValue(s_serverCore),
            LoadCore = options.GetValue(s_loadCore),
        };
    }

    private static string DefaultOutput() => Path.Combine(Sibling.Repository, "artifacts", "bench", $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}");

    private static T[]? Given<T>(ParseResult options, Option<T[]> option) => options.GetValue(option) is { Length: > 0 } values ? values : null;

    private static Option<string[]> Names(string name, string description, IReadOnlyList<string> known) =>
        Many<string>(name, description).AcceptOnlyFromAmong([.. known]);

    private static Option<T[]> Many<T>(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static Option<T?> Positive<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => ParsePositive<T>(result, name),
        };

    private static T ParsePositive<T>(ArgumentResult result, string name)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (!T.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out T number) || !(number > T.Zero))
        {
            result.AddError($"{name} must be a number above 0, not '{text}'.");
        }

        return number;
    }
}
