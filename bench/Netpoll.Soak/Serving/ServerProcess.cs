using System.Diagnostics;
using System.Net;

namespace Netpoll.Soak.Serving;

/// <summary>The server as its peers' process sees it. Disposing it ends it, and waits for that.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    /// <summary>Starts it, and returns once it listens.</summary>
    /// <param name="backend">Of its pollers.</param>
    /// <param name="processor">The one that it runs on; null for any.</param>
    /// <param name="echoes">Whether it answers every request with its bytes.</param>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public static async Task<ServerProcess> StartAsync(string backend, int? processor, bool echoes = false)
    {
        Process process = Programs.Start(
            processor, niceness: 0, Programs.This, "serve", "--backend", backend, "--echo", echoes ? bool.TrueString : bool.FalseString);
        string? line = await process.StandardOutput.ReadLineAsync();
        if (line?.StartsWith(SoakServer.Announcement, StringComparison.Ordinal) == true)
        {
            return new ServerProcess(process, IPEndPoint.Parse(line[(SoakServer.Announcement + "tcp://").Length..]));
        }

        process.Kill();
        throw new InvalidOperationException($"The server did not start: {line}");
    }

    /// <summary>Has it count what it holds.</summary>
    /// <param name="collects">After a full collection.</param>
    public async Task<Census> CountAsync(bool collects = false)
    {
        await _process.StandardInput.WriteLineAsync(collects ? SoakServer.Collect : "count");
        string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The server has ended, with {_process.ExitCode}.");
        return Census.FromJson(line);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
