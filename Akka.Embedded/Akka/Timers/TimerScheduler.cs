namespace Akka.Actor;

/// <summary>What a timer puts into the mailbox: the message, and the timer that it came from.</summary>
internal sealed class TimerMessage(object key, object message, TimerScheduler owner, bool repeats)
    : IAutoReceivedMessage, INoSerializationVerificationNeeded, IWrappedMessage
{
    public object Key { get; } = key;

    public object Message { get; } = message;

    /// <summary>Whose timer it is: that of an instance before the last restart is not heard.</summary>
    public TimerScheduler Owner { get; } = owner;

    public bool Repeats { get; } = repeats;

    public ICancelable? Handle { get; set; }
}

/// <summary>The timers of one instance.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, TimerMessage> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, interval: null);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Handle?.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Handle?.Cancel();
        _timers.Clear();
    }

    /// <summary>Whether a timer's message is still wanted; a single timer ends with it.</summary>
    public bool Accept(TimerMessage timer)
    {
        if (timer.Owner != this || !_timers.TryGetValue(timer.Key, out var current) || current != timer)
            return false;
        if (!timer.Repeats)
            _timers.Remove(timer.Key);
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cancel(key);
        var timer = new TimerMessage(key, message, this, repeats: interval is not null);
        var scheduler = cell.SystemImpl.Scheduler;
        timer.Handle = interval is { } every
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, every, cell.Self, timer, ActorRefs.NoSender)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, timer, ActorRefs.NoSender);

        // Not one that could not be scheduled.
        _timers.Add(key, timer);
    }
}
