using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message that a test actor was told, and who told it.</summary>
public abstract class MessageEnvelope
{
    /// <summary>The message.</summary>
    public abstract object Message { get; }

    /// <summary>Who told it.</summary>
    public abstract IActorRef Sender { get; }
}

/// <summary>A message that was told.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who told it.</param>
public class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    /// <inheritdoc/>
    public override object Message { get; } = message;

    /// <inheritdoc/>
    public override IActorRef Sender { get; } = sender;

    /// <inheritdoc/>
    public override string ToString() => $"<{Message}> from {Sender}";
}

/// <summary>No message.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    /// <summary>The only instance.</summary>
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    /// <inheritdoc/>
    public override object Message => throw None();

    /// <inheritdoc/>
    public override IActorRef Sender => throw None();

    /// <inheritdoc/>
    public override string ToString() => "<null>";

    private static IllegalActorStateException None() => new("What was received last was no message");
}
