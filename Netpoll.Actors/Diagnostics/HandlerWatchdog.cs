using Akka.Actor;
using Akka.Event;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// Looks now and then at what the loops and the workers run, and says which handler holds one for too long. One timer for all, which rests while
/// no handler runs. Any thread.
/// </summary>
internal sealed class HandlerWatchdog : IDisposable
{
    /// <summary>Looks within a limit (arbitrary): an episode is noticed when it has lasted for the limit and at most a quarter of it.</summary>
    private const int LooksPerLimit = 4;

    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(1);

    private readonly ActorSystem _system;
    private readonly TimeSpan? _loopLimit;
    private readonly TimeSpan? _workerLimit;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pause;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly List<HandlerSlot> _slots = [];
    private int _isAwake;
    private bool _isDisposed;
    private long _loopEpisodes;
    private long _workerEpisodes;

    /// <param name="system">Whose handlers; gets the reports.</param>
    /// <param name="loopLimit">How long a handler may hold a loop; null to let loops be.</param>
    /// <param name="workerLimit">How long a handler may hold a worker; null to let workers be.</param>
    /// <param name="time">The clock.</param>
    public HandlerWatchdog(ActorSystem system, TimeSpan? loopLimit, TimeSpan? workerLimit, TimeProvider time)
    {
        (_system, _loopLimit, _workerLimit, _time) = (system, loopLimit, workerLimit, time);
        TimeSpan shortest = loopLimit is null || workerLimit < loopLimit ? workerLimit ?? Timeout.InfiniteTimeSpan : loopLimit.Value;
        _pause = shortest / LooksPerLimit > s_shortestPause ? shortest / LooksPerLimit : s_shortestPause;
        _timer = time.CreateTimer(static watchdog => ((HandlerWatchdog)watchdog!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How often a loop was held too long.</summary>
    public long LoopEpisodes => Volatile.Read(ref _loopEpisodes);

    /// <summary>How often a worker was held too long.</summary>
    public long WorkerEpisodes => Volatile.Read(ref _workerEpisodes);

    /// <summary>Has a loop watched, if loops are.</summary>
    public void Watch(EventLoop loop, string name)
    {
        if (_loopLimit is not null)
        {
            HandlerSlot slot = Add(_loopLimit, isLoop: true, name);
            loop.Execute(slot.Install);
        }
    }

    /// <summary>Has the calling thread, a worker, watched, if workers are.</summary>
    public void WatchThisWorker()
    {
        if (_workerLimit is not null)
        {
            Add(_workerLimit, isLoop: false, Thread.CurrentThread.Name ?? "worker").Install();
        }
    }

    /// <summary>A handler begins to run.</summary>
    public void EnsureAwake()
    {
        if (_isAwake == 0 && Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            StartTimer();
        }
    }

    /// <summary>Looks at every thread once.</summary>
    internal void Look()
    {
        long now = _time.GetTimestamp();
        bool isAnyAtWork = false;
        lock (_gate)
        {
            foreach (HandlerSlot slot in _slots)
            {
                if (slot.Look(now, _time.GetElapsedTime) is { } stalled)
                {
                    Report(stalled);
                }

                isAnyAtWork |= slot.IsAtWork;
            }
        }

        if (isAnyAtWork || !TryRest())
        {
            StartTimer();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _timer.Dispose();
    }

    private bool TryRest()
    {
        Volatile.Write(ref _isAwake, 0);

        // A handler that begins now writes first that it does, then looks whether the watchdog is awake, without a fence of its own. This
        // one is for all threads: either it sees that nobody is awake, or it is seen here.
        Interlocked.MemoryBarrierProcessWide();
        lock (_gate)
        {
            return !_slots.Exists(static slot => slot.IsAtWork) || Interlocked.Exchange(ref _isAwake, 1) != 0;
        }
    }

    private void StartTimer()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _timer.Change(_pause, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private HandlerSlot Add(TimeSpan? limit, bool isLoop, string name)
    {
        HandlerSlot slot = new(this, limit, isLoop, name);
        lock (_gate)
        {
            _slots.Add(slot);
        }

        return slot;
    }

    private void Report(HandlerStalled stalled)
    {
        Interlocked.Increment(ref stalled.IsLoop ? ref _loopEpisodes : ref _workerEpisodes);
        string held = stalled.IsLoop ? "an event loop, so that its connections wait" : "a worker";
        _system.Log.Warning(
            "{0} has been at one message ({1}) for {2:0} ms and holds {3} ({4})",
            stalled.Handler.Path,
            stalled.MessageType,
            stalled.HeldFor.TotalMilliseconds,
            held,
            stalled.Thread);
        _system.EventStream.Publish(stalled);
    }
}
