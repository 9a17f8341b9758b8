using System.Globalization;

namespace Netpoll.Bench.Processes;

/// <summary>CPU time and memory as Linux tells them in <c>/proc</c> (proc(5)).</summary>
public static class ProcFs
{
    /// <summary>USER_HZ: 100 on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds, user and system, that the process has used so far, in steps of 10 ms.</summary>
    public static double ProcessCpuSeconds(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        // The second field is the name in brackets and may hold anything: fields are counted after the last bracket (state is field 3).
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>CPU seconds for which the core was busy since boot, whoever kept it so, the hypervisor included.</summary>
    public static double CoreBusySeconds(int core)
    {
        string name = $"cpu{core} ";
        string line = File.ReadLines("/proc/stat").First(line => line.StartsWith(name, StringComparison.Ordinal));
        double[] ticks = [.. line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];
        const int Idle = 3, IoWait = 4, Steal = 7; // after Steal come guest times, which are in the others already
        return (ticks[..(Steal + 1)].Sum() - ticks[Idle] - ticks[IoWait]) / TicksPerSecond;
    }

    /// <summary>Resident memory of the process in bytes.</summary>
    public static long ResidentBytes(int id)
    {
        const string Key = "VmRSS:";
        string line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith(Key, StringComparison.Ordinal));
        return (long)Number(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    /// <summary>What the first processor calls itself; "unknown processor" where the kernel does not say.</summary>
    public static string ProcessorName() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
