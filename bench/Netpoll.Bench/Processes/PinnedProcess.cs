using System.Diagnostics;

namespace Netpoll.Bench.Processes;

/// <summary>Starts programs on one core with their output redirected, and ends them.</summary>
internal static class PinnedProcess
{
    /// <summary>Starts a program that may run on <paramref name="core"/> only.</summary>
    /// <param name="core">The core's number.</param>
    /// <param name="program">The executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to add to its environment.</param>
    /// <remarks>taskset becomes the program, so the process id is the program's own and .NET sees one processor.</remarks>
    public static Process Start(int core, string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var start = new ProcessStartInfo("taskset", ["-c", $"{core}", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Kills what still runs and frees the handle.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
