using System.Diagnostics;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Processes;

/// <summary>A candidate that runs and listens. Disposing it ends it the way a user would, with SIGTERM.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// By default the JIT counts calls only once no new method was met for 100 ms, and on one busy core it took some 8 s until every method that matters
    /// had its last form. Without that pause 3 s are enough for the same. All .NET servers alike.
    /// </summary>
    private static readonly KeyValuePair<string, string> s_countCallsAtOnce = new("DOTNET_TC_CallCountingDelayMs", "0");

    private readonly Process _process;
    private readonly ServerProbe? _probe;

    private ServerProcess(Process process, ServerProbe? probe, string address)
    {
        _process = process;
        _probe = probe;
        Address = address;

        // Nobody reads what else it says, and a full pipe would stop it.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has counted so far; null if it does not run on .NET.</summary>
    internal async Task<ServerCounters?> AskAsync() => _probe is null ? null : await _probe.AskAsync(Id);

    /// <summary>Starts the candidate on its core and returns once it listens.</summary>
    /// <exception cref="BenchException">It ended or stayed silent instead.</exception>
    public static async Task<ServerProcess> StartAsync(Candidate candidate, Workload workload, int core, CancellationToken cancellation)
    {
        ServerProbe? probe = candidate.IsDotNet ? new ServerProbe() : null;
        Process process = PinnedProcess.Start(
            core, candidate.Program, candidate.ArgumentsFor(workload), [.. StartupHook.EnvironmentOf([.. Hooks(candidate, probe)]), s_countCallsAtOnce]);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(s_patience, cancellation);
            if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true)
            {
                return new ServerProcess(process, probe, line[Announcement.Length..]);
            }

            string errors = line ?? await process.StandardError.ReadToEndAsync(cancellation);
            throw new BenchException($"{candidate.Name} did not start: {errors.Trim()}");
        }
        catch (Exception e)
        {
            PinnedProcess.End(process);
            probe?.Dispose();
            if (e is TimeoutException)
            {
                throw new BenchException($"{candidate.Name} did not say within {s_patience.TotalSeconds} s where it listens", e);
            }

            throw;
        }
    }

    private static IEnumerable<StartupHook> Hooks(Candidate candidate, ServerProbe? probe)
    {
        if (probe is not null)
        {
            yield return probe.Hook;
        }

        if (candidate.Listeners is { } listeners)
        {
            yield return new StartupHook("Netpoll.Bench.Listeners", "NETPOLL_BENCH_LISTEN", listeners);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            Signals.Send(_process.Id, Signals.Terminate);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // IGNORED: a server that does not heed SIGTERM is killed below; its figures are in already.
        }
        finally
        {
            PinnedProcess.End(_process);
            _probe?.Dispose();
        }
    }
}
