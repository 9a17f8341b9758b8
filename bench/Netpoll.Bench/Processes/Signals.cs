using System.Runtime.InteropServices;

namespace Netpoll.Bench.Processes;

/// <summary>Sends signals, which <see cref="System.Diagnostics.Process"/> cannot.</summary>
internal static partial class Signals
{
    /// <summary>SIGUSR1 of signal(7) on x64 and arm64.</summary>
    public const int User = 10;

    /// <summary>SIGTERM of signal(7).</summary>
    public const int Terminate = 15;

    /// <summary>Sends it. A process that is gone already makes it do nothing.</summary>
    public static void Send(int process, int signal) => _ = kill(process, signal);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
