using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Pollers;

/// <summary>
/// To <c>/system/netpoll</c>: answered, with the same, when every message has been dealt with that had reached nobody until then. When it stops, those that
/// it has not come to are lost, and so are later ones: nobody who waits for their answer has one, sockets in them are closed when they are collected, and blocks
/// go to the collector instead of the pool. Without a coordinated shutdown nobody asks.
/// </summary>
internal sealed class SettleLostMessages : INoSerializationVerificationNeeded
{
    public static SettleLostMessages Instance { get; } = new();
}

/// <summary><c>/system/netpoll</c>: the parent of the pollers. Also hears of the messages that reached nobody.</summary>
internal sealed class NetpollGuardian(IReadOnlyList<PollerRef> pollers) : UntypedActor
{
    protected override void PreStart()
    {
        foreach (PollerRef poller in pollers)
        {
            Context.ActorOf(Props.CreateBy(new Producer<PollerActor>(() => new PollerActor(poller))).WithDispatcher(poller.DispatcherId), $"poller-{poller.Index}");
        }

        // Its maker has done so already, unless this is a restart.
        Context.System.EventStream.Subscribe(Self, typeof(AllDeadLetters));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AllDeadLetters { Message: IUndeliverable undelivered } letter:
                undelivered.OnUndelivered(letter, Context.System);
                break;
            case SettleLostMessages settle:
                Sender.Tell(settle);
                break;
        }
    }

    // A poller that fails has lost nothing: its loop and its connections do not depend on it.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
}
