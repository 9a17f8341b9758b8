namespace Akka.Actor;

/// <summary>An actor that does not exist. What it is told is lost.</summary>
public sealed class Nobody : ActorRefBase, IInternalActorRef
{
    /// <summary>The only instance.</summary>
    public static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems")) / "Nobody";

    IInternalActorRef IInternalActorRef.Parent => this;

    ActorSystemImpl IInternalActorRef.SystemImpl => throw new NotSupportedException("Nobody belongs to no actor system.");

    bool IInternalActorRef.IsTerminated => true;

    IReadOnlyList<IInternalActorRef> IInternalActorRef.Children => [];

    IInternalActorRef IInternalActorRef.GetSingleChild(string name) => this;

    void IInternalActorRef.SendSystemMessage(SystemMessage message)
    {
    }

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
