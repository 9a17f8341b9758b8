using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Marks a message that is not worth a dead letter: it is published as a <see cref="SuppressedDeadLetter"/>.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that was not handled, for whichever reason.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    private protected AllDeadLetters(object message, IActorRef? sender, IActorRef? recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <summary>Who sent it.</summary>
#nullable disable annotations // A dropped message may have neither; Akka says nothing about it either.
    public IActorRef Sender { get; }

    /// <summary>Whom it was for.</summary>
    public IActorRef Recipient { get; }
#nullable restore annotations

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";

    private protected static IActorRef NotNull(IActorRef actor, [CallerArgumentExpression(nameof(actor))] string? name = null) =>
        actor ?? throw new ArgumentNullException(name);
}

/// <summary>A message to an actor that is gone or never was.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, NotNull(sender), NotNull(recipient));

/// <summary>A dead letter that nobody needs to know of.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, NotNull(sender), NotNull(recipient));

/// <summary>A message that was left out on purpose, such as for want of room.</summary>
/// <param name="message">The message.</param>
/// <param name="reason">Why.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class Dropped(object message, string reason, IActorRef? sender, IActorRef? recipient) : AllDeadLetters(message, sender, recipient)
{
    /// <summary>Without a sender.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why.</param>
    /// <param name="recipient">Whom it was for.</param>
    public Dropped(object message, string reason, IActorRef? recipient)
        : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A message that an actor's behaviour did not handle.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Who did not handle it.</param>
public sealed class UnhandledMessage(object message, IActorRef? sender, IActorRef? recipient) : AllDeadLetters(message, sender, recipient);
