using System.Diagnostics;
using Netpoll.Actors.Diagnostics;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// The span of one call, retries included, in a protocol that has no spans of its own; it cannot travel along, for want of a place. Off while nobody listens.
/// Begun on the caller's thread, ended where the call ends.
/// </summary>
/// <remarks>A mutable struct: a field, never a copy.</remarks>
internal struct CallTrace
{
    private const string SpanName = "netpoll.call";

    private Activity? _activity;

    /// <summary>A call is made.</summary>
    /// <param name="bytes">The request's length.</param>
    public void Begin(long bytes)
    {
        if (NetpollDiagnostics.ActivitySource.HasListeners())
        {
            _activity = Spans.Begin(SpanName, ActivityKind.Client);
            if (_activity is { IsAllDataRequested: true } activity)
            {
                activity.AddTag("netpoll.request.size", (object)bytes);
            }
        }
    }

    /// <summary>It has ended.</summary>
    /// <param name="server">Who was called last; null if the call never found a connection.</param>
    /// <param name="failure">What went wrong, if something did.</param>
    public void End(NetAddress? server, Exception? failure)
    {
        if (_activity is { } activity)
        {
            _activity = null;
            if (server is not null && activity.IsAllDataRequested)
            {
                Spans.AddPeer(activity, server);
            }

            Spans.End(activity, failure);
        }
    }
}

/// <summary>A tag of calls whose maker traces them: they get no <see cref="CallTrace"/> besides.</summary>
internal interface ITracedTag;
