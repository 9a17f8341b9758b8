using Akka.Actor;

namespace Netpoll.Actors.Pollers;

/// <summary>
/// Makes actors by a delegate. <c>Props.Create(() => new T())</c> would compile an expression tree, which costs microseconds for each
/// connection and does not work ahead of time; one cached Props with this costs a call.
/// </summary>
internal sealed class Producer<TActor>(Func<TActor> create) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public ActorBase Produce() => create();

    public void Release(ActorBase actor)
    {
        // Nothing is kept for an actor besides the actor itself.
    }
}
