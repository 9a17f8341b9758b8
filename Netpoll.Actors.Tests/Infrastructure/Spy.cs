using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>An actor that records every message that it gets, and watches whom it is told to.</summary>
public sealed class Spy(Recorder<object> messages) : UntypedActor
{
    public static Props Props(Recorder<object> messages) => Akka.Actor.Props.CreateBy(new Producer<Spy>(() => new Spy(messages)));

    protected override void OnReceive(object message)
    {
        if (message is Watching watching)
        {
            Context.Watch(watching.Whom);
            Sender.Tell(watching);
        }
        else
        {
            messages.Add(message);
        }
    }

    /// <summary>Watch it; answered with itself once that is done.</summary>
    public sealed record Watching(IActorRef Whom);
}
