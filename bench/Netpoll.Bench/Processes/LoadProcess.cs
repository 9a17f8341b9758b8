using System.Diagnostics;
using System.Text.Json;

namespace Netpoll.Bench.Processes;

/// <summary>
/// The load generator as seen from here: it says on standard error when its measured window begins and ends, so that the server's
/// CPU time can be read around just that window, and prints its result as JSON.
/// </summary>
public sealed class LoadProcess : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;

    private LoadProcess(Process process) => _process = process;

    /// <summary>Starts it on its core.</summary>
    public static LoadProcess Start(int core, string program, IEnumerable<string> arguments) =>
        new(PinnedProcess.Start(core, program, arguments));

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
}
