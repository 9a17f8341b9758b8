using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Tells what a measured server has counted, whatever server it is: the runtime runs this before its Main because the bench names this
/// assembly in DOTNET_STARTUP_HOOKS. Upon SIGUSR1 it appends a line to the file that NETPOLL_BENCH_PROBE names: the bytes allocated and, if there
/// are event loops of ours, their system calls. Between two signals it costs nothing.
/// </summary>
/// <remarks>The runtime looks for a type of exactly this name, in no namespace.</remarks>
internal static class StartupHook
{
    /// <summary>SIGUSR1 of signal(7) on x64 and arm64: PosixSignal takes raw numbers for those that it has no name for.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    private static readonly MeterListener s_listener = new();
    private static PosixSignalRegistration? s_registration;
    private static string s_systemCalls = "";

    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        string path = Environment.GetEnvironmentVariable("NETPOLL_BENCH_PROBE")!;

        // An observable instrument is asked, and costs nothing in between.
        s_listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "netpoll.loop.system_calls")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        s_listener.SetMeasurementEventCallback<long>((_, calls, _, _) => s_systemCalls = string.Create(CultureInfo.InvariantCulture, $" {calls}"));
        s_listener.Start();
        s_registration = PosixSignalRegistration.Create(UserSignal, context =>
        {
            context.Cancel = true;
            s_listener.RecordObservableInstruments();
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes()}{s_systemCalls}\n"));
        });
    }
}
