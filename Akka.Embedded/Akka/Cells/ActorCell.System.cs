namespace Akka.Actor;

/// <content>
/// System messages. Some have to wait: while the cell waits for its children to end, nothing may start another restart, and while
/// it is suspended by its own failure, failures of its children wait until its supervisor decided about it.
/// </content>
internal sealed partial class ActorCell
{
    private List<SystemMessage>? _postponed;

    public void InvokeSystem(SystemMessage message)
    {
        if (MustWait(message))
        {
            (_postponed ??= []).Add(message);
            return;
        }

        Handle(message);

        // What could not be done before may be possible now.
        while (_postponed is { Count: > 0 } postponed && !Mailbox.IsClosed)
        {
            var ready = postponed.FindIndex(waiting => !MustWait(waiting));
            if (ready < 0)
                return;
            var next = postponed[ready];
            postponed.RemoveAt(ready);
            Handle(next);
        }
    }

    private bool MustWait(SystemMessage message) =>
        IsWaitingForChildren ? message.WaitsForChildren : Mailbox.IsSuspended && message.WaitsForResume;

    private void Handle(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case DeathWatchNotification notification:
                    WatchedActorTerminated(notification.Actor, notification.ExistenceConfirmed);
                    break;
                case Watch watch:
                    AddWatcher(watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemoveWatcher(unwatch.Watcher);
                    break;
                case ContinueTask task:
                    ContinueHandler(task.Task);
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Suspend:
                    Mailbox.SuspendUserMessages();
                    SuspendChildren(null);
                    break;
                case Resume resume:
                    FaultResume(resume.Cause);
                    break;
                case Terminate:
                    StopSelf();
                    break;
            }
        }
#pragma warning disable CA1031 // A supervisor's decision may throw, and hooks do: that is this actor's failure.
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
#pragma warning restore CA1031
    }
}
