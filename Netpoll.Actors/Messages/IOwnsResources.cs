using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Messages;

/// <summary>A message that carries a buffer or a socket. If it reaches nobody it is a dead letter, and is told to give them back.</summary>
internal interface IOwnsResources : IUndeliverable
{
    /// <summary>Gives back what the message owns. Any thread; harmless when nobody owns anything any more.</summary>
    void Release();

    void IUndeliverable.OnUndelivered(AllDeadLetters letter, ActorSystem system) => Release();
}
