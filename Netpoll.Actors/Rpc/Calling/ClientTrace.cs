using System.Diagnostics;
using System.Diagnostics.Metrics;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>The trace and the measure of one call. Costs nothing but a look while nobody listens.</summary>
internal readonly struct ClientTrace
{
    private static readonly Histogram<double> s_duration = RpcInstruments.CreateDuration(
        "rpc.client.call.duration", "How long calls took, from the caller's side.");

    private readonly string _method;
    private readonly Activity? _activity;
    private readonly long _beganAt;

    private ClientTrace(string method)
    {
        _method = method;
        _beganAt = s_duration.Enabled ? Clock.Now : 0;
        if (NetpollDiagnostics.ActivitySource.HasListeners() && NetpollDiagnostics.ActivitySource.StartActivity(method, ActivityKind.Client) is { } activity)
        {
            RpcInstruments.Name(activity, method);
            _activity = activity;
        }
    }

    /// <summary>Begins one.</summary>
    public static ClientTrace Start(string method) => new(method);

    /// <summary>Has the server's part of the trace go under this one, or under the caller's own where this call has none.</summary>
    public RpcMetadata? AddTo(RpcMetadata? metadata)
    {
        Activity? activity = _activity ?? Activity.Current;
        if (activity is null)
        {
            return metadata;
        }

        RpcMetadata all = [];
        foreach ((string name, string value) in metadata ?? RpcMetadata.Empty)
        {
            all.Add(name, value);
        }

        RpcTracing.Inject(activity, all);
        return all;
    }

    /// <summary>Ends it with the call.</summary>
    /// <param name="failure">What the caller gets to hear; null if the call went well.</param>
    public void Stop(Exception? failure = null)
    {
        RpcStatus status = StatusOf(failure);
        if (_activity is not null)
        {
            RpcInstruments.Stop(_activity, status, failure?.Message);
        }

        if (_beganAt != 0)
        {
            RpcInstruments.Record(s_duration, _method, _beganAt, status);
        }
    }

    private static RpcStatus StatusOf(Exception? failure) => failure switch
    {
        null => RpcStatus.Ok,
        RpcStatusException told => told.Status,
        OperationCanceledException => RpcStatus.Cancelled,
        RpcConnectionException or RpcRefusedException => RpcStatus.Unavailable,
        RpcOverflowException => RpcStatus.ResourceExhausted,
        _ => RpcStatus.Unknown,
    };
}
