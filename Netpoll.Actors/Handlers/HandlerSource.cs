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
    /// <param name="strategy">
    /// What to do when a handler fails; null for <see cref="Directive.Stop"/>, which closes its connection with
    /// <see cref="Messages.CloseReason.HandlerFaulted"/>. With <see cref="Directive.Resume"/> the same handler goes on, with
    /// <see cref="Directive.Restart"/> a fresh one on the same connection; with <see cref="Directive.Escalate"/> the connection fails, and
    /// the listener's strategy decides. Whatever it says, the request that failed gets a failure reply, or, where the
    /// listener has no form for one, its connection closes after the older answers.
    /// </param>
    public static HandlerSource PerConnection(
        Props props, HandlerScheduling scheduling = HandlerScheduling.Bounded, SupervisorStrategy? strategy = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        return new PerConnectionHandlers(props, scheduling, strategy);
    }

    /// <summary>
    /// A fixed number of handlers, children of the listener, among which connections are spread: for handlers without state. All requests
    /// of a connection go to the same one. One that fails is restarted, unless the listener's strategy says otherwise; if it stops, its
    /// connections end.
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
    /// <summary>What a connection does when its own handler fails; null for stopping it.</summary>
    SupervisorStrategy? Strategy => null;

    /// <summary>Whether the handlers are <see cref="PipeHandler"/>s, each for one connection.</summary>
    bool AreDuplex => false;

    /// <summary>The handler for a connection. Called by the connection, in its own context, on its poller.</summary>
    /// <param name="connection">The connection's context.</param>
    /// <param name="poller">The connection's poller.</param>
    /// <param name="isOwned">True when the handler is the connection's child and ends with it.</param>
    IActorRef Bind(IUntypedActorContext connection, PollerRef poller, out bool isOwned);
}
