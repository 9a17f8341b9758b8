namespace Akka.Actor;

/// <summary>Decides about the failing child alone.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; null for any number.</param>
    /// <param name="withinTimeRange">In how long; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Millis(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; null for any number.</param>
    /// <param name="withinTimeRange">In how long; null for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, Millis(withinTimeRange), decider)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; negative for any number.</param>
    /// <param name="withinTimeMilliseconds">In how long; not positive for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, new LocalOnlyDecider(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; negative for any number.</param>
    /// <param name="withinTimeMilliseconds">In how long; not positive for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(loggingEnabled)
    {
        ArgumentNullException.ThrowIfNull(decider);
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
    }

    /// <summary>With any number of restarts.</summary>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>With any number of restarts.</summary>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled)
        : this(-1, -1, localOnlyDecider, loggingEnabled)
    {
    }

    /// <summary>With any number of restarts.</summary>
    /// <param name="decider">Chooses the directive.</param>
    public OneForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    /// <summary>With the default decider and any number of restarts.</summary>
    protected OneForOneStrategy()
        : this(DefaultDecider)
    {
    }

    /// <summary>The same with another number of restarts.</summary>
    /// <param name="maxNrOfRetries">How many restarts; negative for any number.</param>
    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) => new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider);

    internal static int Millis(TimeSpan? time) => time is { } given ? (int)given.TotalMilliseconds : -1;

    /// <summary>How many restarts are allowed in the time range; negative for any number, 0 for none.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>The time range in milliseconds; not positive for ever.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    /// <inheritdoc/>
    public override IDecider Decider { get; }

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    internal override void ProcessFailure(ActorCell supervisor, bool restart, IInternalActorRef child, Exception cause, ChildRestartStats stats)
    {
        if (restart && stats.RequestRestartPermission(MaxNumberOfRetries, WithinTimeRangeMilliseconds))
            child.Restart(cause);
        else
            supervisor.Stop(child);
    }
}
