using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The reference of an actor in this process. Telling goes straight to the mailbox.</summary>
internal class LocalActorRef : ActorRefBase, IInternalActorRef
{
    public LocalActorRef(ActorSystemImpl system, Props props, Placement placement, IInternalActorRef parent, ActorPath path)
    {
        Path = path;
        Cell = new ActorCell(system, this, props, placement, parent);
        Mailbox = Cell.Mailbox;
    }

    public override ActorPath Path { get; }

    public ActorCell Cell { get; }

    protected Mailbox Mailbox { get; }

    /// <summary>Whether its parent told it to stop. Under the lock of the parent's list.</summary>
    public bool IsDying { get; set; }

    public IInternalActorRef Parent => Cell.Parent;

    public ActorSystemImpl SystemImpl => Cell.SystemImpl;

    public bool IsTerminated => Mailbox.IsClosed;

    public IReadOnlyList<IInternalActorRef> Children => Cell.Children;

    public virtual IInternalActorRef GetSingleChild(string name) => Cell.GetSingleChild(name);

    public void SendSystemMessage(SystemMessage message) => Mailbox.PostSystem(message);

    protected override void TellInternal(object message, IActorRef? sender) => Mailbox.Post(message, sender);
}
