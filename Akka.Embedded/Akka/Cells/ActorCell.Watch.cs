namespace Akka.Actor;

/// <content>
/// Death watch. The watchee's cell sends a notification as a system message; the watcher's cell puts a <see cref="Terminated"/>
/// into its own mailbox, behind what lies there, and drops it on arrival if the watch was taken back meanwhile.
/// </content>
internal sealed partial class ActorCell
{
    private WatchList _watching;

    // Whose Terminated lies in the mailbox, and the message that is to come instead of it, or null.
    private Dictionary<IActorRef, object?>? _terminatedQueued;

    private WatchList _watchedBy;

    public IActorRef Watch(IActorRef subject)
    {
        AddWatch(subject, null);
        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        AddWatch(subject, message);
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_watching.Remove(subject, out _))
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(Self));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private void AddWatch(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Equals(Self))
            return;

        if (_watching.TryAdd(subject, message))
            ((IInternalActorRef)subject).SendSystemMessage(new Watch((IInternalActorRef)subject, Self));
    }

    private void AddWatcher(IInternalActorRef watcher)
    {
        _watchedBy.TryAdd(watcher, null);
        DebugLifecycle($"now watched by {watcher}");
    }

    private void RemoveWatcher(IInternalActorRef watcher)
    {
        _watchedBy.Remove(watcher, out _);
        DebugLifecycle($"no longer watched by {watcher}");
    }

    private void WatchedActorTerminated(IInternalActorRef actor, bool existenceConfirmed)
    {
        if (_watching.Remove(actor, out var message) && !IsTerminating)
        {
            (_terminatedQueued ??= [])[actor] = message;
            Mailbox.Post(new Terminated(actor, existenceConfirmed, false), actor);
        }

        if (HasChild(actor))
            HandleChildTerminated(actor);
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(terminated.ActorRef, out var message))
            return;

        // A stash looks at the current message.
        CurrentMessage = message ?? terminated;
        Receive(CurrentMessage);
    }

    /// <summary>Puts a message that was put aside before all that wait.</summary>
    public void PutBack(in Envelope envelope)
    {
        // It was taken off the list when it came for the first time.
        if (envelope.Message is Terminated terminated)
            (_terminatedQueued ??= [])[terminated.ActorRef] = null;
        Mailbox.PushFront(envelope);
    }

    private void TellWatchers()
    {
        foreach (var watcher in _watchedBy.TakeAll())
        {
            // The parent was told already, as it must know in any case.
            if (!watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(Self, true));
        }
    }

    private void UnwatchAll()
    {
        _terminatedQueued = null;
        foreach (var watchee in _watching.TakeAll())
            ((IInternalActorRef)watchee).SendSystemMessage(new Unwatch(Self));
    }
}
