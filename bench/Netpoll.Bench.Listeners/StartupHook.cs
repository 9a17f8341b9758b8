using System.Diagnostics;
using System.Diagnostics.Metrics;

/// <summary>
/// Listens to a measured server, whatever server it is, so that the price of being watched can be seen: the runtime runs this before its Main because
/// DOTNET_STARTUP_HOOKS names this assembly. NETPOLL_BENCH_LISTEN says to what: <c>metrics</c>, <c>traces</c>, <c>sampled-out</c> (traces that are begun but not
/// recorded, as OpenTelemetry has it with those that its sampler does not want), or several with commas.
/// What it hears it drops, so that the figures are the server's own and no exporter's.
/// </summary>
/// <remarks>The runtime looks for a type of exactly this name, in no namespace.</remarks>
internal static class StartupHook
{
    private const string Source = "Netpoll.Actors";

    private static readonly MeterListener s_meters = new();
    private static Timer? s_reader;

    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        string[] wanted = (Environment.GetEnvironmentVariable("NETPOLL_BENCH_LISTEN") ?? "").Split(',');
        if (wanted.Contains("metrics"))
        {
            ListenToMetrics();
        }

        if (wanted.Contains("traces"))
        {
            ListenToSpans(ActivitySamplingResult.AllDataAndRecorded);
        }

        if (wanted.Contains("sampled-out"))
        {
            ListenToSpans(ActivitySamplingResult.PropagationData);
        }
    }

    private static void ListenToSpans(ActivitySamplingResult result) => ActivitySource.AddActivityListener(new ActivityListener
    {
        ShouldListenTo = source => source.Name == Source,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
    });

    private static void ListenToMetrics()
    {
        s_meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Source)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        s_meters.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        s_meters.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        s_meters.Start();
        s_reader = new Timer(_ => s_meters.RecordObservableInstruments(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }
}
