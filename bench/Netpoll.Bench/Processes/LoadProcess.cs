using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Processes;

/// <summary>
/// The load generator as seen from here: it says on standard error when its measured window begins and ends, so that the server's
/// CPU time can be read around just that window, and prints its result as JSON.
/// </summary>
public sealed class LoadProcess : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// All code is compiled once, fully, before it first runs: then nothing is compiled in the background on the core that makes the load,
    /// and a request costs it what it costs the same program in C.
    /// </summary>
    private static readonly KeyValuePair<string, string>[] s_environment = [new("DOTNET_TieredCompilation", "0"), new("DOTNET_ReadyToRun", "0")];

    private readonly Process _process;

    private LoadProcess(Process process) => _process = process;

    /// <summary>Starts it on its core.</summary>
    public static LoadProcess Start(Plan plan, Workload workload, string address) =>
        new(PinnedProcess.Start(plan.LoadCore, Sibling.Path("Netpoll.Bench.Load"), Arguments(plan, workload, address), s_environment));

    /// <summary>What it said on standard error besides the markers.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Waits until it says <paramref name="marker"/>.</summary>
    /// <exception cref="BenchException">It ended before.</exception>
    public async Task WaitForAsync(string marker, CancellationToken cancellation)
    {
        while (await _process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (line == marker)
            {
                return;
            }

            Complaints.Add(line);
        }

        throw new BenchException($"the load generator ended early: {string.Join("; ", Complaints)}");
    }

    /// <summary>Lets it go on after a marker at which it waits.</summary>
    public async Task ContinueAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end and reads its result.</summary>
    public async Task<LoadResult> FinishAsync(CancellationToken cancellation)
    {
        string json = await _process.StandardOutput.ReadToEndAsync(cancellation);
        while (await _process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            Complaints.Add(line);
        }

        await _process.WaitForExitAsync(cancellation);
        return JsonSerializer.Deserialize<LoadResult>(json, s_json) ?? throw new BenchException("the load generator printed no result");
    }

    /// <inheritdoc/>
    public void Dispose() => PinnedProcess.End(_process);

    private static string[] Arguments(Plan plan, Workload workload, string address) =>
    [
        "--address", address,
        "--mode", workload.Mode,
        "--connections", Text(workload.Connections),
        "--in-flight", Text(workload.InFlight),
        "--idle", Text(workload.Idle),
        "--body", Text(workload.Body),
        "--rate", Text(workload.Rate),
        "--sources", Text(workload.Sources),
        "--seconds", Text(workload.Shape == Shape.Hold ? plan.HoldSeconds : plan.Seconds),
        "--warm-up", Text(plan.WarmUp),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
