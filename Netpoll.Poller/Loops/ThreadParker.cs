using Netpoll.Poller.Native;

namespace Netpoll.Poller.Loops;

/// <summary>
/// Where one thread parks until another wakes it. Waking stores a permit, at most one, which the next park takes, so that a wake-up is not
/// lost when it comes first.
/// </summary>
/// <remarks>
/// A monitor's pulse wakes a thread that then has to wait for the very lock under which it was woken: on a processor that both share, that is
/// three changes of thread for one wake-up. On Linux this is a futex, a system call to wake and one to park.
/// </remarks>
public abstract class ThreadParker
{
    private protected ThreadParker()
    {
    }

    /// <summary>Makes the best that the system has.</summary>
    public static ThreadParker Create() => Futex.IsSupported ? new FutexParker() : new MonitorParker();

    /// <summary>Takes the permit, waiting until there is one. For one thread.</summary>
    public abstract void Park();

    /// <summary>Takes the permit, but does not wait for ever. For the thread that parks.</summary>
    /// <param name="timeoutMillis">How long to wait for it, at least 0.</param>
    /// <returns>False when there is none: the time is over, or the wait ended early for no reason.</returns>
    public abstract bool TryPark(int timeoutMillis);

    /// <summary>Gives the permit, and wakes the thread if it is parked. Never blocks for long. Any thread.</summary>
    public abstract void Unpark();
}
