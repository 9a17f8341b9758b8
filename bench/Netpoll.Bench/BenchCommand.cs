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
    private const string EchoPath = "../../Echo";

    private static readonly Option<bool> s_quick = new("--quick")
    {
        Description = "One short round of everything: shows that it works and roughly where it stands.",
    };

    private static readonly Option<string[]> s_scenarios = new Option<string[]>("--scenario")
    {
        Description = "Only these shapes of load.",
        DefaultValueFactory = _ => [.. Scenario.All.Select(scenario => scenario.Name)],
        AllowMultipleArgumentsPerToken = true,
    }.AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);

    private static readonly Option<string[]> s_candidates = new Option<string[]>("--candidate")
    {
        Description = "Only these servers.",
        DefaultValueFactory = _ => [.. Candidate.Names],
        AllowMultipleArgumentsPerToken = true,
    }.AcceptOnlyFromAmong([.. Candidate.Names]);

    private static readonly Option<int?> s_rounds = Positive<int>("--rounds", "Rounds (default 3; quick 1).");
    private static readonly Option<double?> s_seconds = Positive<double>("--seconds", "Length of the measured window (default 5; quick 2).");
    private static readonly Option<double?> s_warmUp = Positive<double>("--warm-up", "Seconds of load before the window (default 3; quick 2).");
    private static readonly Option<int?> s_body = Positive<int>("--body", "Bytes in a request's body (default 1024).");
    private static readonly Option<int> s_serverCore = new("--server-core") { Description = "The core the server is pinned to.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> s_loadCore = new("--load-core") { Description = "The core the load generator is pinned to.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> s_json = new("--json") { Description = "File for all figures (default: a new one under artifacts/bench)." };

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 1 if a cell had errors, or 2 if the run could not begin or go on.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Measures the Echo sample beside a bare C epoll server, interleaved, each on a core of its own.");
        foreach (Option option in (Option[])[s_quick, s_scenarios, s_candidates, s_rounds, s_seconds, s_warmUp, s_body, s_serverCore, s_loadCore, s_json])
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
            return await BenchRun.RunAsync(Terminal.Create(), await PlanAsync(options), options.GetValue(s_json) ?? DefaultJson(), cancellation);
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
        IReadOnlyList<Candidate> candidates = Candidate.All(
            yardstick: await CCompiler.CompileAsync("epoll_echo"),
            echo: Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, EchoPath, Configuration(), "Echo")));

        return new Plan
        {
            Scenarios = [.. Scenario.All.Where(scenario => options.GetValue(s_scenarios)!.Contains(scenario.Name))],
            Candidates = [.. candidates.Where(candidate => options.GetValue(s_candidates)!.Contains(candidate.Name))],
            LoadGenerator = await CCompiler.CompileAsync("epoll_load"),
            Rounds = options.GetValue(s_rounds) ?? (isQuick ? 1 : 3),
            Seconds = options.GetValue(s_seconds) ?? (isQuick ? 2 : 5),
            WarmUp = options.GetValue(s_warmUp) ?? (isQuick ? 2 : 3),
            Body = options.GetValue(s_body) ?? 1024,
            ServerCore = options.GetValue(s_serverCore),
            LoadCore = options.GetValue(s_loadCore),
        };
    }

    /// <summary>All projects' outputs lie side by side under artifacts/ENGINE/bin, each with a folder per configuration.</summary>
    private static string Configuration() => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string DefaultJson() => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../bench", $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}.json"));

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
