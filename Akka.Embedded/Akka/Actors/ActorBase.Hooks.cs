namespace Akka.Actor;

/// <content>
/// The hooks. A first instance has PreStart; a restart has PreRestart on the old one and PostRestart on the new one; the last
/// instance has PostStop. As they are, PreRestart stops the children and calls PostStop, and PostRestart calls PreStart.
/// </content>
public abstract partial class ActorBase
{
    private SupervisorStrategy? _supervisorStrategy;

    internal SupervisorStrategy SupervisorStrategyInternal =>
        _supervisorStrategy ??= _cell.Props.SupervisorStrategy ?? SupervisorStrategy() ?? Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called before the first message.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called on a new instance after a restart, before the next message.</summary>
    /// <param name="reason">What the restart is for.</param>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Called on the old instance before a restart.</summary>
    /// <param name="reason">What the restart is for.</param>
    /// <param name="message">The message that was being handled, or null.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in _cell.Children)
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called when the actor ends; its children are gone already.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Decides what becomes of failing children. Called once an instance.</summary>
    /// <returns>The strategy.</returns>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Stands around <see cref="PreStart"/>.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Stands around <see cref="PreRestart"/>.</summary>
    /// <param name="cause">What the restart is for.</param>
    /// <param name="message">The message that was being handled, or null.</param>
    public virtual void AroundPreRestart(Exception cause, object? message)
    {
        CancelTimers();
        PreRestart(cause, message);
    }

    /// <summary>Stands around <see cref="PostRestart"/>.</summary>
    /// <param name="cause">What the restart is for.</param>
    /// <param name="message">Null.</param>
    public virtual void AroundPostRestart(Exception cause, object? message) => PostRestart(cause);

    /// <summary>Stands around <see cref="PostStop"/>.</summary>
    public virtual void AroundPostStop()
    {
        CancelTimers();
        PostStop();
    }

    private void CancelTimers()
    {
        if (this is IWithTimers { Timers: { } timers })
            timers.CancelAll();
    }
}
