using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Connections;

/// <summary>
/// All of a connection's time limits on one timer. What restarts a limit only notes the moment; the timer stays where it is and, when it comes
/// due too early, moves on to the earliest moment that is left. So a request costs a look at the clock, and never a place on the wheel.
/// Loop thread only; made by connections that have a limit to watch.
/// </summary>
internal sealed class ConnectionClock(EventLoop loop, TimeLimits limits, IActorRef connection) : LoopTimer
{
    private const long Never = long.MaxValue;

    private DueTimes _due = DueTimes.AllNever();
    private long _scheduledFor = Never;

    /// <summary>Begins to count a limit, or counts it from now on again. Does nothing if it is unlimited.</summary>
    public void Start(TimeLimit limit)
    {
        if (limits.Has(limit))
        {
            Set(limit, Now() + limits[limit]);
        }
    }

    /// <summary>Begins to count a limit of this length unless it is being counted.</summary>
    public void StartOnce(TimeLimit limit, TimeSpan time)
    {
        if (_due[(int)limit] == Never)
        {
            Set(limit, Now() + (long)Math.Ceiling(time.TotalMilliseconds));
        }
    }

    /// <summary>Counts a limit down from this length, whatever it was before; at once if it is negative.</summary>
    public void Start(TimeLimit limit, TimeSpan time) => Set(limit, Now() + (long)Math.Ceiling(Math.Max(time.TotalMilliseconds, 0)));

    /// <summary>Begins to count a limit unless it is being counted.</summary>
    public void StartOnce(TimeLimit limit)
    {
        if (_due[(int)limit] == Never)
        {
            Start(limit);
        }
    }

    /// <summary>Counts a limit no more.</summary>
    public void Stop(TimeLimit limit) => _due[(int)limit] = Never;

    /// <summary>Counts nothing any more.</summary>
    public void StopAll()
    {
        _due = DueTimes.AllNever();
        _scheduledFor = Never;
        loop.Cancel(this);
    }

    /// <summary>Some output went to the kernel, or could not: while some is left, the peer has to take a part of it in time.</summary>
    public void OnSent(IoResult sent)
    {
        if (!sent.WouldBlock)
        {
            Stop(TimeLimit.Write);
        }
        else if (sent.Bytes > 0)
        {
            Start(TimeLimit.Write);
        }
        else
        {
            StartOnce(TimeLimit.Write);
        }
    }

    /// <summary>Takes a limit that is used up. When there is none, the timer is set for the next.</summary>
    public bool TryTakeDue(out TimeLimit limit)
    {
        long now = Now();
        long next = Never;
        for (limit = 0; (int)limit < TimeLimits.Count; limit++)
        {
            long due = _due[(int)limit];
            if (due <= now)
            {
                Stop(limit);
                return true;
            }

            next = Math.Min(next, due);
        }

        ScheduleFor(next, now);
        return false;
    }

    protected override void OnDue()
    {
        _scheduledFor = Never;
        connection.Tell(TimeUp.Instance, ActorRefs.NoSender);
    }

    private static long Now() => (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    private void Set(TimeLimit limit, long dueMillis)
    {
        _due[(int)limit] = dueMillis;
        if (dueMillis < _scheduledFor)
        {
            ScheduleFor(dueMillis, Now());
        }
    }

    private void ScheduleFor(long dueMillis, long now)
    {
        if (dueMillis < _scheduledFor)
        {
            _scheduledFor = dueMillis;
            loop.Schedule(this, TimeSpan.FromMilliseconds(dueMillis - now));
        }
    }

    [InlineArray(TimeLimits.Count)]
    private struct DueTimes
    {
        private long _first;

        public static DueTimes AllNever()
        {
            DueTimes times = default;
            ((Span<long>)times).Fill(Never);
            return times;
        }
    }
}
