namespace Akka.Actor;

/// <summary>Asks any actor who it is; it answers with an <see cref="ActorIdentity"/>.</summary>
/// <param name="messageId">Comes back in the answer.</param>
public sealed class Identify(object messageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    /// <summary>What the answer will carry.</summary>
    public object MessageId { get; } = messageId;

    /// <inheritdoc/>
    public override string ToString() => $"<Identify>: {MessageId}";
}

/// <summary>The answer to <see cref="Identify"/>.</summary>
/// <param name="messageId">The identifier that the question carried.</param>
/// <param name="subject">The actor, or null where none was found.</param>
public sealed class ActorIdentity(object messageId, IActorRef? subject)
{
    /// <summary>The identifier that the question carried.</summary>
    public object MessageId { get; } = messageId;

    /// <summary>The actor, or null where none was found.</summary>
    public IActorRef? Subject { get; } = subject;

    /// <inheritdoc/>
    public override string ToString() => $"<ActorIdentity>: {Subject} - MessageId={MessageId}";
}
