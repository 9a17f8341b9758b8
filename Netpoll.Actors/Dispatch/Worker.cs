using Netpoll.Poller.Loops;

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
    private const int NotWoken = -1;

    private readonly ThreadParker _parker = ThreadParker.Create();
    private int _wokenFor = NotWoken;

    /// <summary>Waits to be woken.</summary>
    public WorkerRole Park()
    {
        int wokenFor;
        do
        {
            // A permit without a word is that of an earlier wake-up, whose word was seen before its permit came.
            _parker.Park();
            wokenFor = Interlocked.Exchange(ref _wokenFor, NotWoken);
        }
        while (wokenFor == NotWoken);

        return (WorkerRole)wokenFor;
    }

    /// <summary>Waits to be woken, but not for ever.</summary>
    /// <returns>False when the time was over first. Also, seldom, a little early: whoever watches only looks once more.</returns>
    public bool TryPark(int millis, out WorkerRole wokenFor)
    {
        int taken = _parker.TryPark(millis) ? Interlocked.Exchange(ref _wokenFor, NotWoken) : NotWoken;
        wokenFor = taken == NotWoken ? default : (WorkerRole)taken;
        return taken != NotWoken;
    }

    /// <summary>Wakes the worker, once. Any thread.</summary>
    public void Wake(WorkerRole role)
    {
        if (role == WorkerRole.Run)
        {
            Volatile.Write(ref _wokenFor, (int)WorkerRole.Run);
        }
        else
        {
            // Who was picked to watch may be picked to run before it is told of the first: the later word of watching then counts no more.
            Interlocked.CompareExchange(ref _wokenFor, (int)WorkerRole.Watch, NotWoken);
        }

        _parker.Unpark();
    }
}
