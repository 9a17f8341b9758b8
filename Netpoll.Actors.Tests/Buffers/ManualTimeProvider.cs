namespace Netpoll.Actors.Tests.Buffers;

/// <summary>A clock whose timers run when the test says so.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];

    /// <summary>Timers that are set to run.</summary>
    public int Armed => _timers.Count(static timer => timer.IsArmed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Runs every armed timer once.</summary>
    public void Tick() => _timers.FindAll(static timer => timer.IsArmed).ForEach(static timer => timer.Run());

    private sealed class ManualTimer(Action callback) : ITimer
    {
        private TimeSpan _period;

        public bool IsArmed { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            IsArmed = dueTime != Timeout.InfiniteTimeSpan;
            _period = period;
            return true;
        }

        public void Run()
        {
            IsArmed = _period != Timeout.InfiniteTimeSpan;
            callback();
        }

        public void Dispose() => IsArmed = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
