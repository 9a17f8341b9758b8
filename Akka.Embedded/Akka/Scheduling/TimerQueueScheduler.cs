using System.Diagnostics;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The scheduler: each entry is a timer of the runtime's own timer queue, so nothing ticks while nothing is due. It stops with its
/// actor system: entries that come due afterwards do nothing.
/// </summary>
internal sealed class TimerQueueScheduler(ActorSystemImpl system) : IScheduler, IAdvancedScheduler, IDisposable
{
    private volatile bool _stopped;

    public IAdvancedScheduler Advanced => this;

    public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public TimeSpan MonotonicClock => HighResMonotonicClock;

    public TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    public void Dispose() => _stopped = true;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        Tell(delay, Timeout.InfiniteTimeSpan, receiver, message, sender);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        CancelWith(Tell(delay, Timeout.InfiniteTimeSpan, receiver, message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable)
    {
        CheckInterval(interval);
        CancelWith(Tell(initialDelay, interval, receiver, message, sender), cancelable);
    }

    public void ScheduleOnce(TimeSpan delay, Action action) => Call(delay, Timeout.InfiniteTimeSpan, action);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        CancelWith(Call(delay, Timeout.InfiniteTimeSpan, action), cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        CheckInterval(interval);
        CancelWith(Call(initialDelay, interval, action), cancelable);
    }

    internal ScheduledEntry Tell(TimeSpan delay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        Add(new ScheduledTell(receiver, message, sender), delay, interval);

    internal ScheduledEntry Call(TimeSpan delay, TimeSpan interval, Action action) => Add(new ScheduledCall(action), delay, interval);

    internal static void CheckInterval(TimeSpan interval) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);

    private ScheduledEntry Add(ScheduledEntry entry, TimeSpan delay, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (_stopped)
            throw new SchedulerException("cannot enqueue after timer shutdown");
        entry.Start(this, delay, interval);
        return entry;
    }

    private static void CancelWith(ScheduledEntry entry, ICancelable? cancelable)
    {
        if (cancelable is not null)
            entry.CancelWith(cancelable.Token);
    }

    internal bool IsStopped => _stopped;

    internal void ReportError(Exception cause) =>
        system.EventStream.Publish(new Error(cause, nameof(TimerQueueScheduler), GetType(), "A scheduled action failed and is not repeated"));

    private sealed class ScheduledTell(ICanTell receiver, object message, IActorRef? sender) : ScheduledEntry
    {
        protected override void Run() => receiver.Tell(message, sender);
    }

    private sealed class ScheduledCall(Action action) : ScheduledEntry
    {
        protected override void Run() => action();
    }
}
