using System.Diagnostics;
using System.Diagnostics.Metrics;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>
/// Traces and measures of served calls, by OpenTelemetry's names for RPC. Costs nothing but a look while nobody listens.
/// </summary>
internal static class RpcTelemetry
{
    private const string SystemName = "netpoll";

    // The boundaries that the convention advises.
    private static readonly Histogram<double> s_duration = NetpollDiagnostics.Meter.CreateHistogram(
        "rpc.server.call.duration",
        unit: "s",
        description: "How long calls took, from their arrival to their end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    /// <summary>The names of the statuses, as they stand in tags.</summary>
    private static readonly string[] s_statusNames = [.. Enum.GetNames<RpcStatus>()];

    /// <summary>Whether anybody wants to know how long calls take.</summary>
    public static bool IsMeasuring => s_duration.Enabled;

    /// <summary>Begins the trace of a call under the caller's, and makes it the current one; null when nobody listens or this call is not sampled.</summary>
    public static Activity? Start(string method, RpcMetadata metadata, ConnectionRef connection)
    {
        if (!NetpollDiagnostics.ActivitySource.HasListeners())
        {
            return null;
        }

        Activity? activity = NetpollDiagnostics.ActivitySource.CreateActivity(method, ActivityKind.Server, RpcTracing.ReadContext(metadata));
        if (activity is null)
        {
            return null;
        }

        foreach ((string key, string? value) in RpcTracing.ReadBaggage(metadata))
        {
            activity.AddBaggage(key, value);
        }

        activity.SetTag("rpc.system.name", SystemName);
        activity.SetTag("rpc.method", method);
        activity.SetTag("network.peer.address", connection.RemoteAddress.ToString());
        return activity.Start();
    }

    /// <summary>Ends the trace of a call.</summary>
    public static void Stop(Activity activity, RpcStatus status, string? message)
    {
        activity.SetTag("rpc.response.status_code", s_statusNames[(int)status]);
        if (status != RpcStatus.Ok)
        {
            activity.SetTag("error.type", s_statusNames[(int)status]);
            activity.SetStatus(ActivityStatusCode.Error, message);
        }

        activity.Stop();
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <param name="method">A method of the service, or <c>_OTHER</c>: a caller must not make up names without end.</param>
    /// <param name="arrivedAt">Its arrival by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="status">How it ended.</param>
    public static void Record(string method, long arrivedAt, RpcStatus status)
    {
        double seconds = Stopwatch.GetElapsedTime(arrivedAt).TotalSeconds;
        KeyValuePair<string, object?> system = new("rpc.system.name", SystemName);
        KeyValuePair<string, object?> name = new("rpc.method", method);
        KeyValuePair<string, object?> code = new("rpc.response.status_code", s_statusNames[(int)status]);
        if (status == RpcStatus.Ok)
        {
            s_duration.Record(seconds, system, name, code);
        }
        else
        {
            s_duration.Record(seconds, [system, name, code, new("error.type", s_statusNames[(int)status])]);
        }
    }
}
