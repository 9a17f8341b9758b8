using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Netpoll.Actors.Diagnostics;

/// <summary>What is measured of each request while somebody listens.</summary>
internal static class RequestInstruments
{
    /// <summary>From 100 µs, as a request that is answered at once takes, to 10 s in steps of about two and a half.</summary>
    private static readonly InstrumentAdvice<double> s_advice = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly Histogram<double> s_duration = NetpollDiagnostics.Meter.CreateHistogram(
        "netpoll.request.duration", "s", "From a request's last byte until its answer is written.", tags: null, advice: s_advice);

    /// <summary>Has the instrument published before there is a request, so that whoever lists them finds it.</summary>
    public static void Publish() => _ = s_duration;

    /// <summary>Whether anybody wants to know how long requests take.</summary>
    public static bool IsTiming => s_duration.Enabled;

    public static void RecordDuration(long beganAt, string system, Exception? failure)
    {
        double seconds = Stopwatch.GetElapsedTime(beganAt).TotalSeconds;
        KeyValuePair<string, object?> ofSystem = new("netpoll.system", system);
        if (failure is null)
        {
            s_duration.Record(seconds, ofSystem);
        }
        else
        {
            s_duration.Record(seconds, ofSystem, new("error.type", failure.GetType().FullName));
        }
    }
}
