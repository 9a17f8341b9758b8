using System.Diagnostics;

namespace Netpoll.Poller.Loops;

/// <summary>
/// Measures an event loop's load: one look at the clock for each round, two for one that parks. Written on the loop's thread; read anywhere.
/// </summary>
internal sealed class LoadTracker
{
    /// <summary>How long the longest round is remembered at least, in clock ticks: 10 seconds, a usual interval between two looks at metrics.</summary>
    private static readonly long s_window = 10 * Stopwatch.Frequency;

    private long _startedAt;
    private long _roundAt;
    private long _windowEnd;
    private long _longest;
    private long _longestBefore;
    private long _idle;

    // When the loop parked; 0 while it works.
    private long _parkedAt;

    /// <summary>The loop begins to work.</summary>
    public void Start()
    {
        long now = Stopwatch.GetTimestamp();
        _windowEnd = now + s_window;
        Volatile.Write(ref _roundAt, now);
        Volatile.Write(ref _startedAt, now);
    }

    /// <summary>A round follows another without a pause.</summary>
    public void NextRound() => EndRound(Stopwatch.GetTimestamp());

    /// <summary>The round has ended, and the loop parks.</summary>
    public void Park()
    {
        long now = Stopwatch.GetTimestamp();
        EndRound(now);
        Volatile.Write(ref _parkedAt, now);
    }

    /// <summary>The loop works again.</summary>
    public void Unpark()
    {
        long now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _roundAt, now);
        Volatile.Write(ref _idle, _idle + (now - _parkedAt));
        Volatile.Write(ref _parkedAt, 0);
    }

    /// <summary>The load so far. Any thread.</summary>
    /// <param name="queued">Work items that wait.</param>
    public EventLoopLoad Read(int queued)
    {
        long startedAt = Volatile.Read(ref _startedAt);
        if (startedAt == 0)
        {
            return new EventLoopLoad(default, default, default, default, queued);
        }

        long parkedAt;
        long idle;
        long roundAt;
        long now;
        do
        {
            parkedAt = Volatile.Read(ref _parkedAt);
            idle = Volatile.Read(ref _idle);
            roundAt = Volatile.Read(ref _roundAt);
            now = Stopwatch.GetTimestamp();
        }
        while (parkedAt != Volatile.Read(ref _parkedAt));

        idle += parkedAt == 0 ? 0 : now - parkedAt;
        long hold = parkedAt == 0 ? now - roundAt : 0;
        return new EventLoopLoad(Time(now - startedAt - idle), Time(idle), Time(Math.Max(hold, Longest(now))), Time(hold), queued);
    }

    private static TimeSpan Time(long ticks) => Stopwatch.GetElapsedTime(0, Math.Max(ticks, 0));

    // The loop moves the window only when it works: what a parked one remembers may be out of date.
    private long Longest(long now)
    {
        long windowEnd = Volatile.Read(ref _windowEnd);
        return now < windowEnd ? Math.Max(Volatile.Read(ref _longest), Volatile.Read(ref _longestBefore))
            : now < windowEnd + s_window ? Volatile.Read(ref _longest)
            : 0;
    }

    private void EndRound(long now)
    {
        long hold = now - _roundAt;
        Volatile.Write(ref _roundAt, now);
        if (now >= _windowEnd)
        {
            Volatile.Write(ref _longestBefore, now < _windowEnd + s_window ? _longest : 0);
            Volatile.Write(ref _longest, 0);
            Volatile.Write(ref _windowEnd, now + s_window);
        }

        if (hold > _longest)
        {
            Volatile.Write(ref _longest, hold);
        }
    }
}
