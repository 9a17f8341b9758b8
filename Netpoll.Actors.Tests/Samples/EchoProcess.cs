using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The built Echo sample as its users run it: a process of its own. Disposing it kills it if it still runs.</summary>
internal sealed partial class EchoProcess : IDisposable
{
    /// <summary>SIGINT of signal(7).</summary>
    public const int Interrupt = 2;

    /// <summary>SIGTERM of signal(7).</summary>
    public const int Terminate = 15;

    /// <summary>SIGKILL of signal(7).</summary>
    public const int Kill = 9;

    /// <summary>RLIMIT_NOFILE of prlimit(2).</summary>
    private const int Descriptors = 7;

    private const string Announcement = "listening on ";

    /// <summary>Only ends a test that would hang; no test depends on how long anything takes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private EchoProcess(Process process) => _process = process;

    public string Address { get; private set; } = "";

    /// <summary>What it said before it listened: with <c>--log</c>, warnings.</summary>
    public string Log { get; private set; } = "";

    /// <summary>Whether a process that is started here ignores a signal from the beginning: the SigIgn mask of proc(5), which children inherit.</summary>
    public static bool InheritsIgnored(int signal)
    {
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        return (Convert.ToUInt64(mask.Trim(), 16) >> (signal - 1) & 1) != 0;
    }

    /// <summary>How many of its file descriptors are sockets. The others come and go as the runtime loads assemblies.</summary>
    public int SocketCount => Directory.GetFiles($"/proc/{_process.Id}/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>The time that processors have spent on it.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited
                ? throw new InvalidOperationException($"It ended with {_process.ExitCode}, and said '{_process.StandardError.ReadToEnd()}'.")
                : _process.TotalProcessorTime;
        }
    }

    /// <summary>How many descriptors it may still open.</summary>
    public unsafe int FreeDescriptors
    {
        get
        {
            ulong* limits = stackalloc ulong[2];
            Xunit.Assert.Equal(0, prlimit(_process.Id, Descriptors, null, limits));
            return (int)limits[0] - UsedDescriptors().Count(number => number < (int)limits[0]);
        }
    }

    /// <summary>Leaves it so many descriptors that it may still open (RLIMIT_NOFILE of <c>prlimit(2)</c>). What is open stays so.</summary>
    public unsafe void LeaveDescriptors(int count)
    {
        // The limit is on a descriptor's number, and there are gaps among those in use.
        HashSet<int> used = [.. UsedDescriptors()];
        int limit = Enumerable.Range(0, int.MaxValue).Where(number => !used.Contains(number)).ElementAt(count);
        ulong* limits = stackalloc ulong[2];
        Xunit.Assert.Equal(0, prlimit(_process.Id, Descriptors, null, limits));
        limits[0] = (ulong)limit;
        Xunit.Assert.Equal(0, prlimit(_process.Id, Descriptors, limits, null));
    }

    /// <summary>Runs the sample to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var echo = new EchoProcess(Start(arguments));
        return await echo.FinishAsync();
    }

    /// <summary>Starts <c>serve</c> and returns once it listens.</summary>
    public static Task<EchoProcess> ServeAsync(params string[] arguments) => UntilItListensAsync(Start(["serve", .. arguments]));

    /// <summary>As <see cref="ServeAsync"/>, after a command of the shell in the same process: a limit, for one.</summary>
    public static Task<EchoProcess> ServeAfterAsync(string command, params string[] arguments)
    {
        (string dotnet, string[] serve) = CommandLine(["serve", .. arguments]);
        return UntilItListensAsync(Start("/bin/sh", ["-c", $"{command}; exec \"$@\"", "sh", dotnet, .. serve]));
    }

    private static async Task<EchoProcess> UntilItListensAsync(Process process)
    {
        var echo = new EchoProcess(process);
        string? line;
        while ((line = await echo._process.StandardOutput.ReadLineAsync().WaitAsync(s_patience))?.StartsWith(Announcement, StringComparison.Ordinal) == false)
        {
            echo.Log += line + "\n";
        }

        if (line is null)
        {
            (int exitCode, string output, string error) = await echo.FinishAsync();
            throw new InvalidOperationException($"serve said '{echo.Log}{output}{error}' and ended with {exitCode}");
        }

        echo.Address = line[Announcement.Length..];
        return echo;
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int number) => _ = kill(_process.Id, number);

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> FinishAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Task<string> error = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (_process.ExitCode, await output, await error);
    }

    /// <summary>Opens a raw connection to it.</summary>
    public Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(NetAddress.Parse(Address));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private IEnumerable<int> UsedDescriptors() =>
        Directory.GetFiles($"/proc/{_process.Id}/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private static Process Start(string[] arguments)
    {
        (string dotnet, string[] echo) = CommandLine(arguments);
        return Start(dotnet, echo);
    }

    // The SDK tells its children which dotnet it is; without it, the one on the path.
    private static (string Dotnet, string[] Arguments) CommandLine(string[] arguments) =>
        (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", SampleProgram.PathOf("Echo", "Echo"), .. arguments]);

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    [LibraryImport("libc")]
    private static unsafe partial int prlimit(int process, int resource, ulong* to, ulong* from);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
