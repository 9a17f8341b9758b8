namespace Akka.Actor;

/// <content>Making the actor's instance.</content>
internal sealed partial class ActorCell
{
    /// <summary>The actor's first instance, on its own dispatcher.</summary>
    public void CreateFirst()
    {
        try
        {
            Create();
        }
#pragma warning disable CA1031 // A constructor or PreStart that throws is a failure for the supervisor.
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
#pragma warning restore CA1031
    }

    // Whether the props are making an instance: only then may a constructor take its place here.
    private bool _making;

    /// <summary>Called by the base constructor: from here on the instance is this cell's actor.</summary>
    /// <returns>False if nobody asked for an instance.</returns>
    public bool Adopt(ActorBase actor)
    {
        if (!_making)
            return false;
        _making = false;
        _actor = actor;

        // Before the rest of its constructor, which may start some. A stash is for messages, of which there are none yet.
        if (actor is IWithTimers timing)
            timing.Timers = new TimerScheduler(this);
        return true;
    }

    private void Create()
    {
        try
        {
            var created = NewActor();
            created.AroundPreStart();
            RestartIdleTimer();
            DebugLifecycle($"Started ({created})");
        }
        catch (Exception cause)
        {
            // A restart of an actor that never was must begin with its creation.
            if (_actor is { } incomplete)
                ClearActor(incomplete);
            _actor = null;
            throw new ActorInitializationException(Self, "Exception during creation", cause);
        }
    }

    private ActorBase NewActor()
    {
        _behavior = null;
        _behaviorsBelow = null;
        _making = true;
        ActorBase created;
        try
        {
            created = Props.NewActor() ?? throw new ActorInitializationException(Self, "The props produced no actor");
        }
        finally
        {
            _making = false;
        }

        _actor = created;
        (created as ReceiveActor)?.EndConstruction();
        if (created is IActorStash stashing)
            stashing.Stash = new Stash(this, Props.StashCapacity);
        return created;
    }

    /// <summary>Lets go of an instance that is replaced or stopped.</summary>
    private void ClearActor(ActorBase actor)
    {
        // What it stashed goes back into the mailbox: to the next instance, or with the mailbox to the dead letters.
        if (actor is IActorStash { Stash: Stash stash })
            stash.ReturnAll();
        if (actor is IWithTimers { Timers: TimerScheduler timers })
            timers.CancelAll();

        try
        {
            Props.Release(actor);
        }
#pragma warning disable CA1031 // A producer's clean-up must not keep the actor from ending.
        catch (Exception cause)
        {
            ReportError(cause, cause.Message);
        }
#pragma warning restore CA1031

        CurrentMessage = null;
        _behavior = null;
        _behaviorsBelow = null;
    }
}
