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
        if (message is not INotInfluenceReceiveTimeout)
            CancelIdleTimer();
    }

    private void AfterMessage(object? message)
    {
        if (_idleTimer is null)
            return;
        if (_idleTimer.Timeout is null)
            CancelIdleTimer();
        else if (message is not INotInfluenceReceiveTimeout || _idleTimer.Pending is null)
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

    private sealed class IdleTimer
    {
        public TimeSpan? Timeout { get; set; }

        public ICancelable? Pending { get; set; }
    }
}
