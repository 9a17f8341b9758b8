namespace Akka.Actor;

/// <summary>Scheduling that makes its own <see cref="ICancelable"/>, and delays in milliseconds.</summary>
public static class SchedulerExtensions
{
    /// <summary>Tells once, unless the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="delay">When.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message, IActorRef? sender)
    {
        if (scheduler is TimerQueueScheduler own)
            return own.Tell(delay, Timeout.InfiniteTimeSpan, receiver, message, sender);

        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    /// <summary>Tells once, unless the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="millisecondsDelay">When, in milliseconds.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, int millisecondsDelay, ICanTell receiver, object message, IActorRef? sender) =>
        scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMilliseconds(millisecondsDelay), receiver, message, sender);

    /// <summary>Tells again and again, until the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender)
    {
        if (scheduler is TimerQueueScheduler own)
        {
            TimerQueueScheduler.CheckInterval(interval);
            return own.Tell(initialDelay, interval, receiver, message, sender);
        }

        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }

    /// <summary>Tells again and again, until the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialMillisecondsDelay">When first, in milliseconds.</param>
    /// <param name="millisecondsInterval">How long between any two, in milliseconds.</param>
    /// <param name="receiver">Who is told.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, int initialMillisecondsDelay, int millisecondsInterval, ICanTell receiver, object message, IActorRef? sender) =>
        scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromMilliseconds(initialMillisecondsDelay), TimeSpan.FromMilliseconds(millisecondsInterval), receiver, message, sender);

    /// <summary>Calls once, unless the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="delay">When.</param>
    /// <param name="action">What.</param>
    public static ICancelable ScheduleOnceCancelable(this IActionScheduler scheduler, TimeSpan delay, Action action)
    {
        if (scheduler is TimerQueueScheduler own)
            return own.Call(delay, Timeout.InfiniteTimeSpan, action);

        ArgumentNullException.ThrowIfNull(scheduler);
        var cancelable = new Cancelable((IScheduler)scheduler);
        scheduler.ScheduleOnce(delay, action, cancelable);
        return cancelable;
    }

    /// <summary>Calls again and again, until the result is cancelled.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialDelay">When first.</param>
    /// <param name="interval">How long between any two.</param>
    /// <param name="action">What.</param>
    public static ICancelable ScheduleRepeatedlyCancelable(this IActionScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, Action action)
    {
        if (scheduler is TimerQueueScheduler own)
        {
            TimerQueueScheduler.CheckInterval(interval);
            return own.Call(initialDelay, interval, action);
        }

        ArgumentNullException.ThrowIfNull(scheduler);
        var cancelable = new Cancelable((IScheduler)scheduler);
        scheduler.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
        return cancelable;
    }
}
