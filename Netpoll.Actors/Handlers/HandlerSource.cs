using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Handlers;

/// <summary>Where a listener's connections get their handlers. Immutable; may serve several listeners.</summary>
public abstract class HandlerSource
{
    private protected HandlerSource()
    {
    }

    /// <summary>A handler of its own for each connection, as its child, supervised by it: for handlers with state.</summary>
    /// <param name="props">Of a <see cref="RequestHandler"/>. Its dispatcher is set here.</param>
    /// <param name="scheduling">On which threads.</param>
    public static HandlerSource PerConnection(Props props, HandlerScheduling scheduling = HandlerScheduling.Bounded)
    {
        ArgumentNullException.ThrowIfNull(props);
        return new PerConnectionHandlers(props, scheduling);
    }

    /// <summary>
    /// A fixed number of handlers, children of the listener, among which connections are spread: for handlers without state. All requests
    /// of a connection go to the same one. One that fails is restarted.
    /// </summary>
    /// <param name="props">Of a <see cref="RequestHandler"/>. Its dispatcher is set here.</param>
    /// <param name="count">How many, at least 1; with <see cref="HandlerScheduling.Serial"/> so many for each poller.</param>
    /// <param name="scheduling">On which threads.</param>
    public static HandlerSource SharedPool(Props props, int count, HandlerScheduling scheduling = HandlerScheduling.Bounded)
    {
        ArgumentNullException.ThrowIfNull(props);
        return new SharedPoolHandlers(props, count, scheduling);
    }

    /// <summary>One handler that somebody else has made and supervises: it serves every connection. If it ends, they end.</summary>
    /// <param name="handler">A <see cref="RequestHandler"/>.</param>
    public static HandlerSource Shared(IActorRef handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new SharedHandler(handler);
    }

    /// <summary>Makes what one listener needs. Called by the listener, in its own context.</summary>
    internal abstract IHandlerBinder Prepare(IUntypedActorContext listener, NetpollExtension netpoll);

    /// <summary>The dispatcher for handlers of the connections of a poller.</summary>
    private protected static string DispatcherFor(HandlerScheduling scheduling, PollerRef poller) =>
        scheduling == HandlerScheduling.Serial ? poller.DispatcherId : NetpollExtension.BoundedDispatcherId;
}

/// <summary>Gives each connection of one listener its handler.</summary>
internal interface IHandlerBinder
{
    /// <summary>The handler for a connection. Called by the connection, in its own context, on its poller.</summary>
    /// <param name="connection">The connection's context.</param>
    /// <param name="poller">The connection's poller.</param>
    /// <param name="isOwned">True when the handler is the connection's child and ends with it.</param>
    IActorRef Bind(IUntypedActorContext connection, PollerRef poller, out bool isOwned);
}
