using Akka.Event;

namespace Akka.Actor;

/// <summary>Tells a watcher that the watched actor is gone. It arrives once for each watch.</summary>
/// <param name="actorRef">The actor that is gone.</param>
/// <param name="existenceConfirmed">False where the actor was gone before it was watched.</param>
/// <param name="addressTerminated">True where a whole node was lost; never here.</param>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression, INoSerializationVerificationNeeded, IEquatable<Terminated>
{
    /// <summary>The actor that is gone.</summary>
    public IActorRef ActorRef { get; } = actorRef;

    /// <summary>Whether the actor was alive when the watch reached it.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>Whether the actor is held for gone because its node is.</summary>
    public bool AddressTerminated { get; } = addressTerminated;

    /// <inheritdoc/>
    public bool Equals(Terminated? other) =>
        other is not null && ActorRef.Equals(other.ActorRef) && ExistenceConfirmed == other.ExistenceConfirmed
        && AddressTerminated == other.AddressTerminated;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Terminated);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ActorRef, ExistenceConfirmed, AddressTerminated);

    /// <inheritdoc/>
    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}
