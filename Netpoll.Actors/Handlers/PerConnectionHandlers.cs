using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Handlers;

/// <summary>A handler for each connection, as its child.</summary>
internal sealed class PerConnectionHandlers(Props props, HandlerScheduling scheduling, SupervisorStrategy? strategy) : HandlerSource
{
    internal override IHandlerBinder Prepare(IUntypedActorContext listener, NetpollExtension netpoll) =>
        new Binder(
            [.. netpoll.Pollers.Select(poller => props.WithDispatcher(DispatcherFor(scheduling, poller)))],
            strategy,
            props.Type.IsAssignableTo(typeof(PipeHandler)));

    private sealed class Binder(Props[] propsByPoller, SupervisorStrategy? strategy, bool areDuplex) : IHandlerBinder
    {
        public SupervisorStrategy? Strategy => strategy;

        public bool AreDuplex => areDuplex;

        public IActorRef Bind(IUntypedActorContext connection, PollerRef poller, out bool isOwned)
        {
            isOwned = true;
            return connection.ActorOf(propsByPoller[poller.Index], "handler");
        }
    }
}
