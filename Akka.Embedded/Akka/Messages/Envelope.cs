namespace Akka.Actor;

/// <summary>A message and who sent it, as it lies in a mailbox.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it, or null for nobody.</param>
public readonly struct Envelope(object message, IActorRef? sender)
{
    /// <summary>The message.</summary>
    public object Message { get; } = message;

    /// <summary>Who sent it, or null for nobody.</summary>
    public IActorRef? Sender { get; } = sender;

    /// <inheritdoc/>
    public override string ToString() => $"<{Message ?? "null"}> from {(Sender is null ? "NoSender" : Sender.ToString())}";
}
