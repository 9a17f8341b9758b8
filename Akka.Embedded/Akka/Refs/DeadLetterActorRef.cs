using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// A path without an actor. Messages to it are published as dead letters; who asks or watches learns that nobody is there.
/// </summary>
internal class EmptyLocalActorRef(ActorSystemImpl system, ActorPath path) : MinimalActorRef(system)
{
    public override ActorPath Path { get; } = path;

    public override bool IsTerminated => true;

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is Watch watch && !watch.Watcher.Equals(this) && AnswersFor(watch.Watchee))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null");
        Refuse(message, sender, this);
    }

    /// <summary>Publishes a message that reached nobody.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who sent it, or null.</param>
    /// <param name="recipient">Whom it was for.</param>
    public void Refuse(object message, IActorRef? sender, IActorRef recipient)
    {
        var from = sender ?? SystemImpl.DeadLetters;
        switch (message)
        {
            case DeadLetter deadLetter:
                SystemImpl.EventStream.Publish(deadLetter);
                break;
            case Identify identify:
                from.Tell(new ActorIdentity(identify.MessageId, null), null);
                break;
            case IDeadLetterSuppression suppressed:
                SystemImpl.EventStream.Publish(new SuppressedDeadLetter(suppressed, from, recipient));
                break;
            default:
                SystemImpl.EventStream.Publish(new DeadLetter(message, from, recipient));
                break;
        }
    }

    /// <summary>Whether this reference may say that the watched actor is gone.</summary>
    protected virtual bool AnswersFor(IActorRef watchee) => watchee.Equals(this);
}

/// <summary>Where messages of the whole system go that reached nobody.</summary>
internal sealed class DeadLetterActorRef(ActorSystemImpl system, ActorPath path) : EmptyLocalActorRef(system, path)
{
    // It is not an actor that ended: subscribing it, or asking it, is allowed.
    public override bool IsTerminated => false;

    // Of all that reached nobody, but of itself: who watches the sender of a message from nobody learns nothing.
    protected override bool AnswersFor(IActorRef watchee) => !watchee.Equals(this);
}
