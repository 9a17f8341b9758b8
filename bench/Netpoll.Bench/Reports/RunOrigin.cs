using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Netpoll.Bench.Processes;

namespace Netpoll.Bench.Reports;

/// <summary>Where figures come from: without it they say nothing.</summary>
/// <param name="When">When the run ended.</param>
/// <param name="Command">The arguments of the run.</param>
/// <param name="Commit">The commit, marked if files were changed since; "unknown" outside a repository.</param>
/// <param name="Engine">The actor engine.</param>
/// <param name="System">The operating system.</param>
/// <param name="Processor">The processor's name and how many of it there are.</param>
/// <param name="Runtime">The version of .NET.</param>
internal sealed record RunOrigin(DateTimeOffset When, string Command, string Commit, string Engine, string System, string Processor, string Runtime)
{
    /// <summary>That of this process.</summary>
    public static async Task<RunOrigin> FindAsync() => new(
        DateTimeOffset.UtcNow,
        string.Join(' ', Environment.GetCommandLineArgs()[1..]),
        await CommitAsync(),
        CandidateCatalogue.ActorEngine,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        $"{ProcFs.ProcessorName()}, {Environment.ProcessorCount} cores",
        RuntimeInformation.FrameworkDescription);

    private static async Task<string> CommitAsync()
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", Sibling.Repository, "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process git = Process.Start(start)!;
            string commit = (await git.StandardOutput.ReadToEndAsync()).Trim();
            return commit.Length > 0 ? commit : "unknown";
        }
        catch (Win32Exception)
        {
            // IGNORED: git is not installed.
            return "unknown";
        }
    }
}
