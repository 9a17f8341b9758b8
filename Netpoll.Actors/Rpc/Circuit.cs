namespace Netpoll.Actors.Rpc;

/// <summary>
/// Whether a server that has connections may be called. Any thread; while it is closed, asking costs a field.
/// </summary>
/// <remarks>
/// <code>
///   Closed ──so many time-outs in a row──► Open ──time over: one call──► HalfOpen ──answered──► Closed
///                                            ▲                              │
///                                            └─────────── failed ───────────┘
/// </code>
/// A probe may have no time-out, and the server may have lost it: while half open, one more call is let through each time that the same time is over.
/// </remarks>
internal sealed class Circuit(CircuitPolicy? policy)
{
    private readonly Lock _lock = new();
    private volatile State _state;
    private int _timeouts;
    private int _timesOpened;
    private long _openUntil;

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    /// <summary>Whether a call may go to the server now.</summary>
    /// <param name="isProbe">Whether the call is the one that decides: <see cref="ProbeFailed"/> or <see cref="ProbeLost"/> must follow if it gets no answer.</param>
    public bool TryEnter(out bool isProbe)
    {
        isProbe = false;
        if (_state == State.Closed)
        {
            return true;
        }

        lock (_lock)
        {
            if (_state != State.Closed && Clock.Now >= _openUntil)
            {
                (_state, _openUntil) = (State.HalfOpen, EndOfWait(policy!));
                isProbe = true;
                return true;
            }

            return _state == State.Closed;
        }
    }

    /// <summary>When the next call may go to the server, if not now; 0 if now.</summary>
    public long RefusesUntil
    {
        get
        {
            lock (_lock)
            {
                return _state == State.Closed || Clock.Now >= _openUntil ? 0 : _openUntil;
            }
        }
    }

    /// <summary>A call was answered.</summary>
    public void Answered()
    {
        if (policy is null || (_state == State.Closed && Volatile.Read(ref _timeouts) == 0))
        {
            return;
        }

        lock (_lock)
        {
            (_state, _timeouts, _timesOpened) = (State.Closed, 0, 0);
        }
    }

    /// <summary>A call has timed out.</summary>
    public void TimedOut()
    {
        if (policy is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_state == State.Closed && ++_timeouts >= policy.TimeoutsToOpen)
            {
                Open(policy);
            }
        }
    }

    /// <summary>The probe got no answer.</summary>
    public void ProbeFailed()
    {
        lock (_lock)
        {
            if (_state == State.HalfOpen)
            {
                Open(policy!);
            }
        }
    }

    /// <summary>The probe was cancelled, which says nothing: another call may be it at once.</summary>
    public void ProbeLost()
    {
        lock (_lock)
        {
            if (_state == State.HalfOpen)
            {
                (_state, _openUntil) = (State.Open, 0);
            }
        }
    }

    private void Open(CircuitPolicy limits)
    {
        _timeouts = 0;
        _timesOpened++;
        (_state, _openUntil) = (State.Open, EndOfWait(limits));
    }

    private long EndOfWait(CircuitPolicy limits) => Clock.After(limits.OpenFor.DelayAfter(_timesOpened));
}
