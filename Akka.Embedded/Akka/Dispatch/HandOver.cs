namespace Akka.Dispatch;

/// <summary>
/// One thread's place for the mailbox that runs next on it. Only the newest waits there; an older one goes to all threads. If the
/// thread's present turn takes long, or blocks, the <see cref="HandOverWatch"/> takes the mailbox away and gives it to all threads too.
/// </summary>
/// <param name="queueForAll">Gives work to any thread.</param>
internal sealed class HandOver(Action<IRunnable> queueForAll)
{
    private readonly Thread _thread = Thread.CurrentThread;
    private IRunnable? _next;
    private int _puts;

    // Of the watch: how many there had been when it last looked.
    private int _putsSeen;
    private bool _isWatched;

    /// <summary>Whether the thread is in a turn. Only for the thread itself.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether the thread still exists.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Whether nothing was put here since the watch last looked.</summary>
    public bool IsQuiet => Volatile.Read(ref _puts) == _putsSeen && Volatile.Read(ref _next) is null;

    /// <summary>Leaves a mailbox for the end of the turn. Only for the thread itself.</summary>
    public void Put(IRunnable run)
    {
        Volatile.Write(ref _puts, _puts + 1);

        // A full fence, too: either the watch sees the mailbox before it goes to sleep, or this thread sees that it sleeps.
        if (Interlocked.Exchange(ref _next, run) is { } older)
            queueForAll(older);
        if (!_isWatched)
        {
            _isWatched = true;
            HandOverWatch.Add(this);
        }

        HandOverWatch.WakeIfAsleep();
    }

    /// <summary>What runs next on this thread, or null. Only for the thread itself.</summary>
    public IRunnable? Take() => Volatile.Read(ref _next) is null ? null : Interlocked.Exchange(ref _next, null);

    /// <summary>Called by the watch, time and again: gives away what was there already when it last looked.</summary>
    public void GiveAwayIfOld()
    {
        var puts = Volatile.Read(ref _puts);
        if (puts == _putsSeen && Interlocked.Exchange(ref _next, null) is { } old)
            queueForAll(old);
        _putsSeen = puts;
    }
}
