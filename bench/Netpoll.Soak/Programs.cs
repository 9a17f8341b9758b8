using System.Diagnostics;
using System.Globalization;

namespace Netpoll.Soak;

/// <summary>Starts this program again, or one that was built beside it, as a process of its own.</summary>
internal static class Programs
{
    /// <summary>This program.</summary>
    public static string This { get; } = typeof(Programs).Assembly.Location;

    /// <summary>The load generator.</summary>
    public static string Load { get; } = Beside("Netpoll.Bench.Load");

    /// <summary>Starts a program, with its input and output in the caller's hands.</summary>
    /// <param name="processor">The one that it runs on; null for any.</param>
    /// <param name="niceness">0, or up to 19 to give way to others.</param>
    /// <param name="program">The assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(int? processor, int niceness, string program, params string[] arguments)
    {
        // The SDK tells its children which dotnet it is; without it, the one on the path.
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        List<string> line = [dotnet, "exec", program, .. arguments];
        if (niceness > 0)
        {
            line.InsertRange(0, ["nice", "-n", niceness.ToString(CultureInfo.InvariantCulture)]);
        }

        if (processor is { } index)
        {
            line.InsertRange(0, ["taskset", "-c", index.ToString(CultureInfo.InvariantCulture)]);
        }

        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    // bin/Netpoll.Soak/release: the others lie beside it.
    private static string Beside(string project)
    {
        DirectoryInfo own = new(Path.GetDirectoryName(This)!);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, project + ".dll");
    }
}
