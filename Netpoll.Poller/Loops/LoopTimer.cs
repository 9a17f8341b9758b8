namespace Netpoll.Poller.Loops;

/// <summary>
/// A moment on an event loop's clock. The object is the timer: derive from it, keep one for each purpose, and schedule it as often as
/// needed, which allocates nothing. Belongs to one loop's thread; scheduled at most once at a time.
/// </summary>
/// <remarks>
/// A timer that is still scheduled when its loop ends is dropped: its time has not come, so it is not called. What must hear of the end
/// hears it of its channel, which the loop closes, or of <see cref="EventLoop.Completion"/>.
/// </remarks>
public abstract class LoopTimer
{
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal long DueMillis;
    internal int Slot = TimerWheel.NotScheduled;

    /// <summary>True from scheduling until it is due or cancelled.</summary>
    public bool IsScheduled => Slot != TimerWheel.NotScheduled;

    /// <summary>Called on the loop's thread when the time has come, never before. It may schedule the timer again. Must not block or throw.</summary>
    protected internal abstract void OnDue();
}
