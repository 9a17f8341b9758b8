using System.Diagnostics;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Diagnostics;

/// <summary>Beginning and ending spans on threads that do other work too: what is current there stays so.</summary>
internal static class Spans
{
    /// <summary>Begins a span under the current one; null if nobody wants it. Ask whether there are listeners before: this looks at what is current.</summary>
    public static Activity? Begin(string name, ActivityKind kind)
    {
        Activity? current = Activity.Current;
        Activity? activity = NetpollDiagnostics.ActivitySource.StartActivity(name, kind);
        Activity.Current = current;
        return activity;
    }

    /// <summary>Says who is at the other end, of a span that somebody records.</summary>
    public static void AddPeer(Activity activity, NetAddress peer) =>
        activity.AddTag("network.transport", peer.IsUnix ? "unix" : "tcp").AddTag("network.peer.address", peer.ToString());

    /// <summary>Ends a span, with what went wrong, if something did.</summary>
    public static void End(Activity activity, Exception? failure)
    {
        if (failure is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.Message);
            if (activity.IsAllDataRequested)
            {
                activity.SetTag("error.type", failure.GetType().FullName);
            }
        }

        Activity? current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }
}
