using Akka.Event;

namespace Akka.Actor;

/// <content>
/// Failure, restart and end. The order of hooks and messages is Akka's: a failing actor suspends itself and its children and tells
/// its parent; a restart waits until all children that PreRestart stopped are gone; an end waits for all children.
/// </content>
internal sealed partial class ActorCell
{
    // Who failed, while this cell is suspended for a failure: itself or a child. Null when it is well.
    private IInternalActorRef? _perpetrator;

    private void HandleInvokeFailure(Exception cause)
    {
        // The first failure is the one to be decided about.
        if (_perpetrator is not null || Mailbox.IsClosed)
            return;

        Mailbox.SuspendUserMessages();
        if (_failedChild is { } child)
        {
            _perpetrator = child;
            SuspendChildren(except: child);
        }
        else
        {
            _perpetrator = Self;
            SuspendChildren(except: null);
        }

        Parent.SendSystemMessage(new Failed(Self, cause));
    }

    // The child whose failure is being decided about, during the decision.
    private IInternalActorRef? _failedChild;

    private void HandleFailed(Failed failed)
    {
        if (!TryGetStats(failed.Child, out var stats))
        {
            DebugLifecycle($"Dropping Failed({failed.Cause}) from unknown child {failed.Child}");
            return;
        }

        CurrentMessage = failed;
        _sender = failed.Child;
        _failedChild = failed.Child;
        try
        {
            if (!_actor!.SupervisorStrategyInternal.HandleFailure(this, failed.Child, failed.Cause, stats))
                HandleInvokeFailure(failed.Cause);
        }
#pragma warning disable CA1031 // A decider that throws escalates.
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
#pragma warning restore CA1031
        finally
        {
            _failedChild = null;
            if (_perpetrator is null)
                CurrentMessage = null;
        }
    }

    private void FaultResume(Exception? cause)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _perpetrator;
        Mailbox.ResumeUserMessages();
        if (cause is not null)
            _perpetrator = null;
        ResumeChildren(cause, perpetrator);

        // The message that failed ended the wait for it, and no hook is called in which the next wait could begin.
        if (_idleTimer is { Pending: null })
            RestartIdleTimer();
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        if (!IsNormal)
        {
            // On its way down already: nothing to restart, but the suspension by the supervisor must end.
            FaultResume(null);
            return;
        }

        var failed = _actor;
        DebugLifecycle("Restarting");
        var message = CurrentMessage is Failed ? null : CurrentMessage;
        try
        {
            failed.AroundPreRestart(cause, message);
        }
#pragma warning disable CA1031 // The restart goes on whatever the old instance thinks of it.
        catch (Exception thrown)
        {
            Publish(new Error(new PreRestartException(Self, thrown, cause, message), Self.Path.ToString(), ActorType, thrown.Message));
        }
#pragma warning restore CA1031

        ClearActor(failed);
        if (!WaitForDyingChildren(TerminationReason.Recreation, cause))
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = Children;
        try
        {
            Mailbox.ResumeUserMessages();

            // In any case, so that a new failure is reported.
            _perpetrator = null;
            var fresh = NewActor();
            fresh.AroundPostRestart(cause, null);
            RestartIdleTimer();
            DebugLifecycle($"Restarted ({fresh})");
            foreach (var child in survivors)
                child.Restart(cause);
        }
#pragma warning disable CA1031 // The new instance failed before its first message.
        catch (Exception thrown)
        {
            // What it had put aside or begun is not lost, whatever the supervisor decides about it.
            if (_actor is { } incomplete)
                ClearActor(incomplete);
            HandleInvokeFailure(new PostRestartException(Self, thrown, cause));
        }
#pragma warning restore CA1031
    }

    /// <summary>Restart of an actor whose creation failed.</summary>
    private void FaultCreate()
    {
        CancelIdleTimer();
        foreach (var child in Children)
            Stop(child);
        if (!WaitForDyingChildren(TerminationReason.Creation, null))
            FinishCreate();
    }

    private void FinishCreate()
    {
        Mailbox.ResumeUserMessages();
        _perpetrator = null;
        CreateFirst();
    }

    private void StopSelf()
    {
        if (Mailbox.IsClosed)
            return;

        CancelIdleTimer();
        UnwatchAll();
        foreach (var child in Children)
            Stop(child);

        var wasTerminating = IsTerminating;
        if (WaitForDyingChildren(TerminationReason.Termination, null))
        {
            if (wasTerminating)
                return;
            Mailbox.SuspendUserMessages();
            _perpetrator = Self;
            DebugLifecycle("Stopping");
        }
        else
        {
            FinishTerminate();
        }
    }

    private void FinishTerminate()
    {
        CloseChildren();
        var last = _actor;
        try
        {
            last?.AroundPostStop();
        }
#pragma warning disable CA1031 // PostStop is the last chance to say something, not to stay.
        catch (Exception cause)
        {
            Publish(new Error(cause, Self.Path.ToString(), ActorType, cause.Message));
        }
#pragma warning restore CA1031

        if (last is not null)
            ClearActor(last);
        Mailbox.Close();
        Dispatcher.Detach();
        Parent.SendSystemMessage(new DeathWatchNotification(Self, true));
        TellWatchers();
        UnwatchAll();
        DebugLifecycle("Stopped");
        _actor = null;
        CurrentMessage = null;
        _sender = null;
        _postponed = null;
    }

    private void HandleChildTerminated(IInternalActorRef child)
    {
        var (reason, cause) = RemoveChild(child);
        if (_actor is not null)
        {
            try
            {
                _actor.SupervisorStrategyInternal.HandleChildTerminated(this, child);
            }
#pragma warning disable CA1031 // A strategy that throws here fails its actor.
            catch (Exception thrown)
            {
                ReportError(thrown, "HandleChildTerminated failed");
                HandleInvokeFailure(thrown);
            }
#pragma warning restore CA1031
        }

        switch (reason)
        {
            case TerminationReason.Recreation:
                FinishRecreate(cause!);
                break;
            case TerminationReason.Creation:
                FinishCreate();
                break;
            case TerminationReason.Termination:
                FinishTerminate();
                break;
        }
    }
}
