namespace Akka.Actor;

/// <summary>Decides about all children when one fails.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; null for any number.</param>
    /// <param name="withinTimeRange">In how long; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, OneForOneStrategy.Millis(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; null for any number.</param>
    /// <param name="withinTimeRange">In how long; null for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, OneForOneStrategy.Millis(withinTimeRange), decider)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; negative for any number.</param>
    /// <param name="withinTimeMilliseconds">In how long; not positive for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, new LocalOnlyDecider(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>With a number of restarts in a time range.</summary>
    /// <param name="maxNrOfRetries">How many restarts; negative for any number.</param>
    /// <param name="withinTimeMilliseconds">In how long; not positive for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(loggingEnabled)
    {
        ArgumentNullException.ThrowIfNull(decider);
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
    }

    /// <summary>With any number of restarts.</summary>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>With any number of restarts.</summary>
    /// <param name="decider">Chooses the directive.</param>
    public AllForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    /// <summary>With the default decider and any number of restarts.</summary>
    protected AllForOneStrategy()
        : this(DefaultDecider)
    {
    }

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
        var all = supervisor.ChildrenStats;
        if (restart && all.All(sibling => sibling.RequestRestartPermission(MaxNumberOfRetries, WithinTimeRangeMilliseconds)))
        {
            foreach (var sibling in all)
            {
                // The one that failed is suspended already.
                if (!sibling.Child.Equals(child))
                    sibling.Child.Suspend();
                sibling.Child.Restart(cause);
            }
        }
        else
        {
            foreach (var sibling in all)
                supervisor.Stop(sibling.Child);
        }
    }
}
