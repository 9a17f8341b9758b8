namespace Akka.Actor;

/// <summary>A reference with no actor behind it: no children, no parent, and deaf unless a subclass listens.</summary>
internal abstract class MinimalActorRef(ActorSystemImpl system) : ActorRefBase, IInternalActorRef
{
    public ActorSystemImpl SystemImpl { get; } = system;

    public virtual IInternalActorRef Parent => Nobody.Instance;

    public virtual bool IsTerminated => false;

    public IReadOnlyList<IInternalActorRef> Children => [];

    public virtual IInternalActorRef GetSingleChild(string name) => Nobody.Instance;

    public virtual void SendSystemMessage(SystemMessage message)
    {
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
