namespace Akka.Actor;

/// <content>Receive timeout. Nothing of it exists until an actor sets one.</content>
internal sealed partial class ActorCell
{
    private IdleTimer? _idleTimer;

    TimeSpan? IActorContext.ReceiveTimeout => _idleTimer?.Timeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is null && _idleTimer is null)
            return;
        _idleTimer ??= new IdleTimer();
        _idleTimer.Timeout = timeout;
    }

    private void BeforeMessage(object message)
    {
        if (Influences(message))
            CancelIdleTimer();
    }

    private void AfterMessage(object message)
    {
        if (_idleTimer is null)
            return;
        if (_idleTimer.Timeout is null)
            CancelIdleTimer();
        else if (Influences(message) || _idleTimer.Pending is null)
            RestartIdleTimer();
    }

    private void RestartIdleTimer()
    {
        if (_idleTimer is not { Timeout: { } timeout } idle)
            return;
        idle.Pending?.Cancel();
        idle.Pending = SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, Self, ReceiveTimeout.Instance, Self);
    }

    private void CancelIdleTimer()
    {
        if (_idleTimer?.Pending is { } pending)
        {
            pending.Cancel();
            _idleTimer.Pending = null;
        }
    }

    private static bool Influences(object message) => (message is TimerMessage timer ? timer.Message : message) is not INotInfluenceReceiveTimeout;

    private sealed class IdleTimer
    {
        public TimeSpan? Timeout { get; set; }

        public ICancelable? Pending { get; set; }
    }
}
