using Akka.Event;

namespace Akka.Actor;

/// <summary>What a supervisor does about failing children: <see cref="OneForOneStrategy"/> or <see cref="AllForOneStrategy"/>.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Restart, but stop a child that could not be made, was killed, or died of a death pact.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary>One for one, with <see cref="DefaultDecider"/>, any number of times.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>One for one: stop.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private protected SupervisorStrategy(bool loggingEnabled)
    {
        LoggingEnabled = loggingEnabled;
    }

    /// <summary>Chooses the directive.</summary>
    public abstract IDecider Decider { get; }

    /// <summary>Whether failures are logged.</summary>
    protected bool LoggingEnabled { get; set; }

    internal bool HandleFailure(ActorCell supervisor, IInternalActorRef child, Exception cause, ChildRestartStats stats)
    {
        var directive = Handle(child, cause);
        if (LoggingEnabled)
            LogFailure(supervisor, child, cause, directive);

        switch (directive)
        {
            case Directive.Resume:
                child.Resume(cause);
                return true;
            case Directive.Restart:
                ProcessFailure(supervisor, true, child, cause, stats);
                return true;
            case Directive.Stop:
                ProcessFailure(supervisor, false, child, cause, stats);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Called when a child is gone, before the actor hears of it.</summary>
    internal virtual void HandleChildTerminated(ActorCell supervisor, IInternalActorRef child)
    {
    }

    internal abstract void ProcessFailure(ActorCell supervisor, bool restart, IInternalActorRef child, Exception cause, ChildRestartStats stats);

    /// <summary>Chooses the directive for a child.</summary>
    /// <param name="child">Who failed.</param>
    /// <param name="exception">What it threw.</param>
    protected abstract Directive Handle(IActorRef child, Exception exception);

    /// <summary>Logs a failure: a warning if the child resumes, an error if it is restarted or stopped, nothing if it is escalated.</summary>
    /// <param name="context">The supervisor.</param>
    /// <param name="child">Who failed.</param>
    /// <param name="cause">What it threw.</param>
    /// <param name="directive">What becomes of it.</param>
    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(cause);
        if (directive == Directive.Escalate)
            return;

        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        var source = child.Path.ToString();
        LogEvent logged = directive == Directive.Resume
            ? new Warning(cause, source, GetType(), message)
            : new Error(cause, source, GetType(), message);
        context.System.EventStream.Publish(logged);
    }
}
