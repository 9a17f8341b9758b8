using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <content>Children. The list is made with the first child, and is the one part of a cell that other threads look at.</content>
internal sealed partial class ActorCell
{
    private ChildrenList? _children;

    // Whether the actor is at its end, and may have no more children.
    private bool _childless;

    public IReadOnlyList<IInternalActorRef> Children => Volatile.Read(ref _children)?.Snapshot() ?? [];

    private bool IsTerminating => _children is { Reason: TerminationReason.Termination };

    private bool IsWaitingForChildren => _children is { Reason: TerminationReason.Recreation or TerminationReason.Creation };

    private bool IsNormal => _children is null or { Reason: TerminationReason.None };

    public IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, name);

    /// <summary>Makes a child. The root's children are made by any thread, all others by their parent's.</summary>
    public LocalActorRef AttachChild(Props props, string? name)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null)
            CheckName(name);

        var children = Volatile.Read(ref _children) ?? MakeChildren();
        name ??= children.NextName();
        var child = SystemImpl.MakeRef(props, this, name);
        children.Add(name, child, Volatile.Read(ref _childless));
        child.Cell.Dispatcher.Attach();
        if (child is RoutedActorRef routed)
            routed.MakeRoutees();
        child.Cell.Mailbox.Start();
        return child;
    }

    public IActorRef Child(string name) => GetSingleChild(name) is { } child and not Nobody ? child : ActorRefs.Nobody;

    public IInternalActorRef GetSingleChild(string name) =>
        Volatile.Read(ref _children) is { } children && children.TryGet(name, out var child) ? child : Nobody.Instance;

    public IEnumerable<IActorRef> GetChildren() => Children;

    public void Stop(IActorRef child)
    {
        if (_children is { } children && child is LocalActorRef local)
            children.MarkDying(local);
        ((IInternalActorRef)child).Stop();
    }

    public ActorSelection ActorSelection(string actorPath) => ActorSelectionFactory.Select(actorPath, Self, SystemImpl);

    public ActorSelection ActorSelection(ActorPath actorPath) => ActorSelectionFactory.Select(actorPath, SystemImpl);

    private static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters, digits, {ActorPath.ValidSymbols} or %XX.");
        }
    }

    /// <summary>For the guardians, whose children are made by any thread: their list is there from the beginning, to be closed at the end.</summary>
    internal ChildrenList MakeChildren()
    {
        var children = new ChildrenList();
        return Interlocked.CompareExchange(ref _children, children, null) ?? children;
    }

    private bool TryGetStats(IInternalActorRef child, [NotNullWhen(true)] out ChildRestartStats? stats)
    {
        stats = null;
        return _children is { } children && children.TryGetStats(child, out stats);
    }

    internal IReadOnlyCollection<ChildRestartStats> ChildrenStats => _children?.AllStats() ?? [];

    private bool HasChild(IInternalActorRef actor) => _children is { } children && children.Contains(actor);

    private (TerminationReason Reason, Exception? Cause) RemoveChild(IInternalActorRef child) => _children!.Remove(child);

    /// <summary>Whether children are on their way down; then the rest is done when the last of them is gone.</summary>
    private bool WaitForDyingChildren(TerminationReason reason, Exception? cause) => _children is { } children && children.WaitForDying(reason, cause);

    /// <summary>No more children from now on.</summary>
    private void CloseChildren()
    {
        Volatile.Write(ref _childless, true);
        Volatile.Read(ref _children)?.Close();
    }

    private void SuspendChildren(IInternalActorRef? except)
    {
        foreach (var child in Children)
        {
            if (!ReferenceEquals(child, except))
                child.Suspend();
        }
    }

    private void ResumeChildren(Exception? cause, IInternalActorRef? perpetrator)
    {
        foreach (var child in Children)
            child.Resume(ReferenceEquals(child, perpetrator) ? cause : null);
    }
}
