using Akka.Actor;

namespace Netpoll.Actors.Handlers;

/// <summary>The ways to give connections their handlers.</summary>
public static class Handlers
{
    /// <summary>A handler of its own for each connection, as its child, supervised by it: for handlers with state.</summary>
    /// <param name="props">Of a <see cref="RequestHandler"/>. Its dispatcher is set here.</param>
    /// <param name="scheduling">On which threads.</param>
    public static HandlerSource PerConnection(Props props, HandlerScheduling scheduling = HandlerScheduling.Bounded) =>
        new PerConnectionHandlers(props, scheduling);

    /// <summary>
    /// A fixed number of handlers, children of the listener, among which connections are spread: for handlers without state. All requests
    /// of a connection go to the same one. One that fails is restarted.
    /// </summary>
    /// <param name="props">Of a <see cref="RequestHandler"/>. Its dispatcher is set here.</param>
    /// <param name="count">How many, at least 1; with <see cref="HandlerScheduling.Serial"/> so many for each poller.</param>
    /// <param name="scheduling">On which threads.</param>
    public static HandlerSource SharedPool(Props props, int count, HandlerScheduling scheduling = HandlerScheduling.Bounded) =>
        new SharedPoolHandlers(props, count, scheduling);

    /// <summary>One handler that somebody else has made and supervises: it serves every connection. If it ends, they end.</summary>
    /// <param name="handler">A <see cref="RequestHandler"/>.</param>
    public static HandlerSource Shared(IActorRef handler) => new SharedHandler(handler);
}
