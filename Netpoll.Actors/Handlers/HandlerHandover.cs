using System.Runtime.CompilerServices;
using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// From a handler that is being restarted to the one that takes its place: the connections that it serves. An engine gives the new instance
/// nothing of the old one but its reference, so that is the key. Held weakly: a restart that fails leaves nothing behind. Any thread.
/// </summary>
internal static class HandlerHandover
{
    private static readonly ConditionalWeakTable<IActorRef, IReadOnlyCollection<ConnectionRef>> s_connections = [];

    public static void Leave(IActorRef handler, IReadOnlyCollection<ConnectionRef> connections) =>
        s_connections.AddOrUpdate(handler, connections);

    public static IReadOnlyCollection<ConnectionRef> Take(IActorRef handler)
    {
        if (!s_connections.TryGetValue(handler, out IReadOnlyCollection<ConnectionRef>? connections))
        {
            return [];
        }

        s_connections.Remove(handler);
        return connections;
    }
}
