namespace Netpoll.Actors.Dispatch;

/// <summary>What a parked worker is woken for.</summary>
internal enum WorkerRole
{
    /// <summary>To take work.</summary>
    Run,

    /// <summary>To park again, but look now and then whether the running ones get on.</summary>
    Watch,
}

/// <summary>Where one worker thread parks, by itself, so that waking it disturbs no other.</summary>
internal sealed class Worker
{
    private readonly object _gate = new();
    private WorkerRole? _wokenFor;

    /// <summary>Waits to be woken.</summary>
    public WorkerRole Park()
    {
        lock (_gate)
        {
            while (_wokenFor is null)
            {
                Monitor.Wait(_gate);
            }

            return Take();
        }
    }

    /// <summary>Waits to be woken, but not for ever.</summary>
    /// <returns>False when the time was over first.</returns>
    public bool TryPark(int millis, out WorkerRole wokenFor)
    {
        lock (_gate)
        {
            // A wake-up out of nothing counts as the end of the time: whoever watches only looks a little early.
            if (_wokenFor is null)
            {
                Monitor.Wait(_gate, millis);
            }

            bool isWoken = _wokenFor is not null;
            wokenFor = isWoken ? Take() : default;
            return isWoken;
        }
    }

    /// <summary>Wakes the worker, once. Any thread.</summary>
    public void Wake(WorkerRole role)
    {
        lock (_gate)
        {
            // Who was picked to watch may be picked to run before it is told of the first: the later word of watching then counts no more.
            if (_wokenFor != WorkerRole.Run)
            {
                _wokenFor = role;
            }

            Monitor.Pulse(_gate);
        }
    }

    private WorkerRole Take()
    {
        WorkerRole role = _wokenFor!.Value;
        _wokenFor = null;
        return role;
    }
}
