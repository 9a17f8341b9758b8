using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Tells how much a measured server has allocated, whatever server it is: the runtime runs this before its Main because the bench names
/// this assembly in DOTNET_STARTUP_HOOKS. Upon SIGUSR1 it appends the number of bytes to the file that NETPOLL_BENCH_PROBE names. Between
/// two signals it costs nothing.
/// </summary>
/// <remarks>The runtime looks for a type of exactly this name, in no namespace.</remarks>
internal static class StartupHook
{
    /// <summary>SIGUSR1 of signal(7) on x64 and arm64: PosixSignal takes raw numbers for those that it has no name for.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    private static PosixSignalRegistration? s_registration;

    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        string path = Environment.GetEnvironmentVariable("NETPOLL_BENCH_PROBE")!;
        s_registration = PosixSignalRegistration.Create(UserSignal, context =>
        {
            context.Cancel = true;
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes()}\n"));
        });
    }
}
