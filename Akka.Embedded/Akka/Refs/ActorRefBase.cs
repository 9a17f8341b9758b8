namespace Akka.Actor;

/// <summary>Equality, order and text of a reference: by path and, between incarnations of the same path, by uid.</summary>
public abstract class ActorRefBase : IActorRef
{
    /// <inheritdoc/>
    public abstract ActorPath Path { get; }

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender) => TellInternal(message, sender);

    /// <summary>Sends a message and does not wait. Any thread.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who should get an answer, or null.</param>
    protected abstract void TellInternal(object message, IActorRef? sender);

    /// <inheritdoc/>
    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    /// <inheritdoc/>
    public override int GetHashCode() => Path.Uid == ActorCell.UndefinedUid ? Path.GetHashCode() : Path.Uid.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(IActorRef? other)
    {
        if (other is null)
            return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    int IComparable.CompareTo(object? obj) =>
        obj is null or IActorRef ? CompareTo(obj as IActorRef) : throw new ArgumentException($"Cannot compare an actor with {obj}", nameof(obj));

    /// <inheritdoc/>
    public override string ToString() => $"[{Path.ToSerializationFormat()}]";
}
