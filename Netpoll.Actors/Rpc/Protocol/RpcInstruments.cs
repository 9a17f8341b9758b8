using System.Diagnostics;
using System.Diagnostics.Metrics;
using Netpoll.Actors.Diagnostics;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>What traces and measures of calls have in common on both sides, by OpenTelemetry's names for RPC.</summary>
internal static class RpcInstruments
{
    private const string SystemName = "netpoll";

    /// <summary>The names of the statuses, as they stand in tags.</summary>
    private static readonly string[] s_statusNames = [.. Enum.GetNames<RpcStatus>()];

    /// <summary>A measure of how long calls take, with the boundaries that the convention advises.</summary>
    public static Histogram<double> CreateDuration(string name, string description) => NetpollDiagnostics.Meter.CreateHistogram(
        name,
        unit: "s",
        description: description,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    /// <summary>Says what is called, if somebody records the span.</summary>
    public static void Name(Activity activity, string method)
    {
        if (activity.IsAllDataRequested)
        {
            activity.AddTag("rpc.system.name", SystemName).AddTag("rpc.method", method);
        }
    }

    /// <summary>Ends the trace of a call.</summary>
    public static void Stop(Activity activity, RpcStatus status, string? message)
    {
        if (activity.IsAllDataRequested)
        {
            activity.SetTag("rpc.response.status_code", s_statusNames[(int)status]);
        }

        if (status != RpcStatus.Ok)
        {
            activity.SetStatus(ActivityStatusCode.Error, message);
            if (activity.IsAllDataRequested)
            {
                activity.SetTag("error.type", s_statusNames[(int)status]);
            }
        }

        activity.Stop();
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <param name="duration">The measure.</param>
    /// <param name="method">What was called: one of a bounded number of names.</param>
    /// <param name="beganAt">Its begin by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="status">How it ended.</param>
    public static void Record(Histogram<double> duration, string method, long beganAt, RpcStatus status)
    {
        double seconds = Stopwatch.GetElapsedTime(beganAt).TotalSeconds;
        KeyValuePair<string, object?> system = new("rpc.system.name", SystemName);
        KeyValuePair<string, object?> name = new("rpc.method", method);
        KeyValuePair<string, object?> code = new("rpc.response.status_code", s_statusNames[(int)status]);
        if (status == RpcStatus.Ok)
        {
            duration.Record(seconds, system, name, code);
        }
        else
        {
            duration.Record(seconds, [system, name, code, new("error.type", s_statusNames[(int)status])]);
        }
    }
}
