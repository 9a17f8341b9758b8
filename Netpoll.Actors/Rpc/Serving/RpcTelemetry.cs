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
    private static readonly Histogram<double> s_duration = RpcInstruments.CreateDuration(
        "rpc.server.call.duration", "How long calls took, from their arrival to their end.");

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

        RpcInstruments.Name(activity, method);
        if (activity.IsAllDataRequested)
        {
            Spans.AddPeer(activity, connection.RemoteAddress);
        }

        return activity.Start();
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <param name="method">A method of the service, or <c>_OTHER</c>: a caller must not make up names without end.</param>
    /// <param name="arrivedAt">Its arrival by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="status">How it ended.</param>
    public static void Record(string method, long arrivedAt, RpcStatus status) => RpcInstruments.Record(s_duration, method, arrivedAt, status);
}
