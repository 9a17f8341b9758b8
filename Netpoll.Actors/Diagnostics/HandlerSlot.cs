using Akka.Actor;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// What one thread that runs handlers is at. The thread writes two fields for each message; the watchdog looks at them now and then. No clock and
/// no lock, so that being watched costs next to nothing.
/// </summary>
internal sealed class HandlerSlot(HandlerWatchdog watchdog, TimeSpan? limit, bool isLoop, string thread)
{
    [ThreadStatic]
    private static HandlerSlot? t_current;

    private IActorRef? _actor;
    private Type? _message;
    private long _entries;

    // The watchdog's own notes.
    private long _entrySeen = -1;
    private long _seenAt;
    private bool _isReported;

    /// <summary>The slot of this thread, or null where nobody watches.</summary>
    public static HandlerSlot? Current => t_current;

    /// <summary>True for an event loop, false for a worker.</summary>
    public bool IsLoop => isLoop;

    /// <summary>The thread's name.</summary>
    public string Thread => thread;

    /// <summary>Has the calling thread watched by this slot from now on.</summary>
    public void Install() => t_current = this;

    /// <summary>An actor begins with a message of a class.</summary>
    public void Enter(IActorRef actor, Type message)
    {
        _message = message;
        _entries++;
        Volatile.Write(ref _actor, actor);
        watchdog.EnsureAwake();
    }

    /// <summary>It has done with it.</summary>
    public void Leave() => Volatile.Write(ref _actor, null);

    /// <summary>Whether an actor is at work. The watchdog's.</summary>
    public bool IsAtWork => Volatile.Read(ref _actor) is not null;

    /// <summary>Looks, and says once an episode that one actor has been at one message for longer than the limit. The watchdog's.</summary>
    /// <param name="now">In ticks of the watchdog's clock.</param>
    /// <param name="elapsed">Makes a time of two such.</param>
    public HandlerStalled? Look(long now, Func<long, long, TimeSpan> elapsed)
    {
        IActorRef? actor = Volatile.Read(ref _actor);
        long entry = Volatile.Read(ref _entries);
        if (actor is null || entry != _entrySeen)
        {
            (_entrySeen, _seenAt, _isReported) = (entry, now, false);
            return null;
        }

        TimeSpan held = elapsed(_seenAt, now);
        if (_isReported || held < limit)
        {
            return null;
        }

        Type? message = Volatile.Read(ref _message);
        if (message is null || Volatile.Read(ref _entries) != entry)
        {
            // It went on meanwhile: the names may be of two different messages.
            return null;
        }

        _isReported = true;
        return new HandlerStalled(actor, message.Name, held, isLoop, thread);
    }
}
