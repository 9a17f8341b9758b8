using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Handlers;

/// <summary>One handler that is somebody else's.</summary>
internal sealed class SharedHandler(IActorRef handler) : HandlerSource, IHandlerBinder
{
    public IActorRef Bind(IUntypedActorContext connection, PollerRef poller, out bool isOwned)
    {
        isOwned = false;
        return handler;
    }

    internal override IHandlerBinder Prepare(IUntypedActorContext listener, NetpollExtension netpoll) => this;
}
