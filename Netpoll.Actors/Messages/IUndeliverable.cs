using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Messages;

/// <summary>A message with something to do when it reaches nobody and becomes a dead letter: somebody waits for its answer, or it owns something.</summary>
internal interface IUndeliverable
{
    /// <summary>It reached nobody. Called once, on any thread.</summary>
    /// <param name="letter">Who sent it to whom.</param>
    /// <param name="system">The actor system of both.</param>
    void OnUndelivered(AllDeadLetters letter, ActorSystem system);

    /// <summary>Answers whoever sent it, unless nobody did.</summary>
    static void Answer(AllDeadLetters letter, ActorSystem system, object answer)
    {
        if (letter.Sender is { } sender && !sender.IsNobody() && !sender.Equals(system.DeadLetters))
        {
            sender.Tell(answer, ActorRefs.NoSender);
        }
    }
}
