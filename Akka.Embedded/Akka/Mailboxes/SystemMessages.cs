namespace Akka.Actor;

/// <summary>
/// What the engine tells a cell, ahead of all users' messages. Each object is sent once, as it is its own list node.
/// </summary>
internal abstract class SystemMessage
{
    /// <summary>The next one in the queue. Belongs to the queue that holds it.</summary>
    internal SystemMessage? Next { get; set; }

    /// <summary>Whether a cell that waits for its children to end leaves the message for later.</summary>
    public virtual bool WaitsForChildren => false;

    /// <summary>Whether a suspended cell leaves the message for later.</summary>
    public virtual bool WaitsForResume => false;
}

/// <summary>Stop: children first, then PostStop.</summary>
internal sealed class Terminate : SystemMessage;

/// <summary>Process no more users' messages for now.</summary>
internal sealed class Suspend : SystemMessage
{
    public override bool WaitsForChildren => true;
}

/// <summary>Go on.</summary>
internal sealed class Resume(Exception? cause) : SystemMessage
{
    /// <summary>The failure that the supervisor decided to overlook, or null.</summary>
    public Exception? Cause { get; } = cause;

    public override bool WaitsForChildren => true;
}

/// <summary>Replace the actor's instance.</summary>
internal sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;

    public override bool WaitsForChildren => true;
}

/// <summary>A child failed and waits for a decision.</summary>
internal sealed class Failed(IInternalActorRef child, Exception cause) : SystemMessage
{
    public IInternalActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public override bool WaitsForChildren => true;

    public override bool WaitsForResume => true;
}

/// <summary>Somebody wants to hear of the end of the watchee.</summary>
internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>Somebody no longer wants to.</summary>
internal sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>A watched actor or a child is gone.</summary>
internal sealed class DeathWatchNotification(IInternalActorRef actor, bool existenceConfirmed) : SystemMessage
{
    public IInternalActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;
}

/// <summary>The next piece of an asynchronous handler.</summary>
internal sealed class ContinueTask(Task task) : SystemMessage
{
    public Task Task { get; } = task;
}
