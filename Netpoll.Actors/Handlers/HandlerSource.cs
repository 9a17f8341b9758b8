using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Handlers;

/// <summary>Where a listener's connections get their handlers: see <see cref="Handlers"/>. Immutable; may serve several listeners.</summary>
public abstract class HandlerSource
{
    private protected HandlerSource()
    {
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
