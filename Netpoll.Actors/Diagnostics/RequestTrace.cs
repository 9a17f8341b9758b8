using System.Diagnostics;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// The span and the stop-watch of one request, kept in its cell, and so carried through the mailboxes. Both are off while nobody listens.
/// Begun and ended on the loop; the handler's thread only makes the span the current one while it works.
/// </summary>
/// <remarks>A mutable struct: a field, never a copy.</remarks>
internal struct RequestTrace
{
    private const string SpanName = "netpoll.request";

    private long _beganAt;
    private Activity? _activity;

    /// <summary>A request was cut off the input.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="hasSpan">False for a request of a protocol that makes its own spans, with the caller's context.</param>
    public void Begin(ConnectionRef connection, long bytes, bool hasSpan)
    {
        if (RequestInstruments.IsTiming)
        {
            _beganAt = Stopwatch.GetTimestamp();
        }

        if (hasSpan && NetpollDiagnostics.ActivitySource.HasListeners())
        {
            BeginSpan(connection, bytes);
        }
    }

    /// <summary>Its handler begins to work on it: what it logs and traces belongs to the request.</summary>
    /// <param name="outer">What <see cref="Leave"/> is to bring back.</param>
    /// <returns>False when the request is not traced, and there is nothing to leave.</returns>
    public readonly bool Enter(out Activity? outer)
    {
        outer = null;
        if (_activity is null)
        {
            return false;
        }

        outer = Activity.Current;
        Activity.Current = _activity;
        return true;
    }

    /// <summary>The handler has done its work for now.</summary>
    public static void Leave(Activity? outer) => Activity.Current = outer;

    /// <summary>The request is over: answered, failed, or abandoned with its connection. Repeating it is harmless.</summary>
    /// <param name="system">The name of the actor system.</param>
    /// <param name="failure">What went wrong, if something did.</param>
    public void End(string system, Exception? failure)
    {
        if (_beganAt != 0)
        {
            RequestInstruments.RecordDuration(_beganAt, system, failure);
            _beganAt = 0;
        }

        // Kept until the cell is used again: the handler may still be at work.
        if (_activity is { IsStopped: false } activity)
        {
            Spans.End(activity, failure);
        }
    }

    /// <summary>The cell is free.</summary>
    public void Reset() => this = default;

    private void BeginSpan(ConnectionRef connection, long bytes)
    {
        _activity = Spans.Begin(SpanName, ActivityKind.Server);
        if (_activity is { IsAllDataRequested: true } activity)
        {
            Spans.AddPeer(activity, connection.RemoteAddress);
            activity.AddTag("network.local.address", connection.LocalAddress.ToString()).AddTag("netpoll.request.size", (object)bytes);
        }
    }
}
