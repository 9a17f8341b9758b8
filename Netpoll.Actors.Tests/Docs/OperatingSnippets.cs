// The code of docs/operating.md. DocsSpec compares the two: change both.
using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Tests.Docs;

internal static class OperatingSnippets
{
    public static async Task<int> DrainAsync(IActorRef listener)
    {
        // <doc>
        ListenerStats stats = await listener.Ask<ListenerStats>(GetStats.Instance);
        Drained drained = await listener.Ask<Drained>(Drain.Instance);

        // </doc>
        return stats.Connections + drained.Unfinished;
    }
}
