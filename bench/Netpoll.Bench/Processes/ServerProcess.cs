using System.Diagnostics;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Processes;

/// <summary>A candidate that runs and listens. Disposing it ends it the way a user would, with SIGTERM.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private ServerProcess(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts the candidate on its core and returns once it listens.</summary>
    /// <exception cref="BenchException">It ended or stayed silent instead.</exception>
    public static async Task<ServerProcess> StartAsync(Candidate candidate, int core, CancellationToken cancellation)
    {
        Process process = PinnedProcess.Start(core, candidate.Program, candidate.Arguments);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(s_patience, cancellation);
            if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true)
                return new ServerProcess(process, line[Announcement.Length..]);
            string errors = line is null ? await process.StandardError.ReadToEndAsync(cancellation) : line;
            throw new BenchException($"{candidate.Name} did not start: {errors.Trim()}");
        }
        catch (Exception e)
        {
            PinnedProcess.End(process);
            if (e is TimeoutException)
                throw new BenchException($"{candidate.Name} did not say within {s_patience.TotalSeconds} s where it listens", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // IGNORED: a server that does not heed SIGTERM is killed below; its figures are in already.
        }
        finally
        {
            PinnedProcess.End(_process);
        }
    }
}
