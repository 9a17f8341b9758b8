using System.Diagnostics;
using System.Runtime.InteropServices;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A built sample as its users run it: a process of its own. Disposing it kills it if it still runs.</summary>
internal sealed partial class SampleProcess : IDisposable
{
    /// <summary>SIGTERM of signal(7).</summary>
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly Task<string> _error;

    private SampleProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="name">The name of its project, which is its assembly's too.</param>
    /// <param name="arguments">Its arguments.</param>
    public static SampleProcess Start(string name, params string[] arguments)
    {
        // The SDK tells its children which dotnet it is; without it, the one on the path.
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return new SampleProcess(Process.Start(new ProcessStartInfo(dotnet, ["exec", SampleProgram.PathOf(name, name), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Reads what it prints up to the line that begins so.</summary>
    /// <returns>The rest of that line.</returns>
    public async Task<string> ReadAsync(string beginning)
    {
        while (await _process.StandardOutput.ReadLineAsync().InTime() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line[beginning.Length..];
            }
        }

        Assert.Fail($"It ended without '{beginning}': {await _error}");
        return "";
    }

    /// <summary>Asks it to end.</summary>
    public void RequestEnd() => Assert.Equal(0, kill(_process.Id, Terminate));

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> FinishAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().InTime();
        await _process.WaitForExitAsync().InTime();
        return (_process.ExitCode, output, await _error.InTime());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
