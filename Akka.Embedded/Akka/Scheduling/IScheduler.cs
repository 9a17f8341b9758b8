namespace Akka.Actor;

/// <summary>A clock.</summary>
public interface ITimeProvider
{
    /// <summary>The time of day, in UTC.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time that never jumps.</summary>
    TimeSpan MonotonicClock { get; }

    /// <summary>Time that never jumps, as fine as the machine has it.</summary>
    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>Tells later.</summary>
public interface ITellScheduler
{
    /// <summary>Tells once.</summary>
    /// <param name="delay">When.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender);

    /// <summary>Tells once, unless it is called off.</summary>
    /// <param name="delay">When.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);

    /// <summary>Tells again and again.</summary>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender);

    /// <summary>Tells again and again, until it is called off.</summary>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);
}

/// <summary>Calls later. Actions run on a thread of the pool; they must not block and must not touch an actor's state.</summary>
public interface IActionScheduler
{
    /// <summary>Calls once.</summary>
    /// <param name="delay">When.</param>
    /// <param name="action">What.</param>
    void ScheduleOnce(TimeSpan delay, Action action);

    /// <summary>Calls once, unless it is called off.</summary>
    /// <param name="delay">When.</param>
    /// <param name="action">What.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable);

    /// <summary>Calls again and again.</summary>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="action">What.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    /// <summary>Calls again and again, until it is called off.</summary>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="action">What.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable);
}

/// <summary>What a scheduler does besides telling.</summary>
public interface IAdvancedScheduler : IActionScheduler;

/// <summary>Tells and calls later. Any thread. It is for what happens now and then; a connection's timers belong elsewhere.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    /// <summary>Calls later.</summary>
    IAdvancedScheduler Advanced { get; }
}
