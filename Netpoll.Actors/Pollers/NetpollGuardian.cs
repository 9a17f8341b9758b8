using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Pollers;

/// <summary><c>/system/netpoll</c>: the parent of the pollers. Also hears of the messages that reached nobody, for which its maker subscribes it.</summary>
internal sealed class NetpollGuardian(IReadOnlyList<PollerRef> pollers) : UntypedActor
{
    protected override void PreStart()
    {
        foreach (PollerRef poller in pollers)
        {
            Context.ActorOf(Props.CreateBy(new Producer<PollerActor>(() => new PollerActor(poller))).WithDispatcher(poller.DispatcherId), $"poller-{poller.Index}");
        }
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (message is AllDeadLetters { Message: IUndeliverable undelivered } letter)
        {
            undelivered.OnUndelivered(letter, Context.System);
        }
    }

    // A poller that fails has lost nothing: its loop and its connections do not depend on it.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
}
