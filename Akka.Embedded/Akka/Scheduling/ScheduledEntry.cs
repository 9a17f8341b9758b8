namespace Akka.Actor;

/// <summary>One thing that the scheduler is to do, and the way to call it off.</summary>
#pragma warning disable CA1001 // Its timer is given up when it has fired or is cancelled; there is nobody who would dispose of it.
internal abstract class ScheduledEntry : ICancelable
{
    // The runtime's timers take no longer delay.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private TimerQueueScheduler _scheduler = null!;
    private Timer? _timer;
    private bool _once;
    private volatile bool _cancelled;
    private CancellationTokenRegistration _registration;
    private CancellationTokenSource? _source;

    public bool IsCancellationRequested => _cancelled;

    public CancellationToken Token
    {
        get
        {
            var source = _source ?? Interlocked.CompareExchange(ref _source, new CancellationTokenSource(), null) ?? _source!;
            if (_cancelled)
                source.Cancel();
            return source.Token;
        }
    }

    public void Start(TimerQueueScheduler scheduler, TimeSpan delay, TimeSpan interval)
    {
        _scheduler = scheduler;
        _once = interval == Timeout.InfiniteTimeSpan;

        // Started when the field is set, as an entry that is due at once may want to dispose of its timer.
        var suppressed = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            _timer = new Timer(static entry => ((ScheduledEntry)entry!).Fire(), this, Timeout.Infinite, Timeout.Infinite);
        }
        finally
        {
            if (suppressed != default)
                suppressed.Undo();
        }

        _timer.Change(Clamp(delay), _once ? interval : Clamp(interval));
    }

    public void CancelWith(CancellationToken token) =>
        _registration = token.UnsafeRegister(static entry => ((ScheduledEntry)entry!).Cancel(), this);

    public void Cancel()
    {
        _cancelled = true;
        _timer?.Dispose();
        _registration.Dispose();
        Volatile.Read(ref _source)?.Cancel();
    }

    public void CancelAfter(TimeSpan delay) => _scheduler.Call(delay, Timeout.InfiniteTimeSpan, Cancel);

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    protected abstract void Run();

    private static TimeSpan Clamp(TimeSpan time) => time > s_longest ? s_longest : time;

    private void Fire()
    {
        if (_once || _scheduler.IsStopped)
        {
            _timer?.Dispose();
            _registration.Dispose();
        }

        if (_cancelled || _scheduler.IsStopped)
            return;

        try
        {
            Run();
        }
#pragma warning disable CA1031 // An exception that left a timer would end the process.
        catch (Exception cause)
        {
            Cancel();
            _scheduler.ReportError(cause);
        }
#pragma warning restore CA1031
    }
}
