using Netpoll.Poller.Native;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// A kqueue without a kernel, as <c>kqueue(2)</c> describes it: filters that are level-triggered, or told at changes (EV_CLEAR), or once (EV_ONESHOT); an end
/// (EV_EOF) that is told whatever else there is; failed changes as events, or as the result. The test says what its sockets are like.
/// </summary>
internal sealed unsafe class ScriptedKqueue(KeventLayout layout) : IKqueue
{
    private readonly Dictionary<(long Ident, short Filter), Note> _notes = [];

    // Each socket's directions, changed by the test.
    private readonly Dictionary<(long Ident, short Filter), State> _states = [];
    private int _stamp;

    public KeventLayout Layout => layout;

    /// <summary>How many calls of <see cref="Control"/> there were.</summary>
    public int Calls { get; private set; }

    /// <summary>The time-outs of those that waited for events.</summary>
    public List<int> Timeouts { get; } = [];

    /// <summary>False: the kernel knows no events of the user's own.</summary>
    public bool HasUserEvents { get; init; } = true;

    /// <summary>The filters that are registered, as <c>descriptor:filter:flags</c>.</summary>
    public IEnumerable<string> Registered => _notes.Where(note => note.Key.Filter != layout.EVFILT_USER)
        .Select(note => $"{note.Key.Ident}:{(note.Key.Filter == Kqueue.EVFILT_READ ? "read" : "write")}:{note.Value.Flags & ~Kqueue.EV_ADD:x}")
        .Order(StringComparer.Ordinal);

    // A number that is never closed (see SocketHandle).
    public SysResult Create() => SysResult.Success(0);

    /// <summary>Says what a direction of a socket is like from now on.</summary>
    public void Set(int descriptor, short filter, bool isReady = false, bool isEnded = false, int error = 0) =>
        _states[(descriptor, filter)] = new State(isReady || isEnded, isEnded, error, ++_stamp);

    public SysResult Control(int kqueue, byte* changes, int changeCount, byte* events, int capacity, int timeoutMillis)
    {
        Calls++;
        int filled = 0;
        for (int i = 0; i < changeCount; i++)
        {
            Kevent change = KeventLayout.Read(changes + (i * layout.Stride));
            int errno = Apply(change);
            if (errno != 0 && filled == capacity)
            {
                return SysResult.Failure(errno);
            }

            if (errno != 0)
            {
                layout.Write(events + (filled++ * layout.Stride), change with { Flags = (ushort)(change.Flags | Kqueue.EV_ERROR), Data = errno });
            }
        }

        if (capacity > 0)
        {
            Timeouts.Add(timeoutMillis);
        }

        foreach ((long Ident, short Filter) key in _notes.Keys.ToArray())
        {
            if (filled < capacity && Told(key) is { } told)
            {
                layout.Write(events + (filled++ * layout.Stride), told);
            }
        }

        return SysResult.Success(filled);
    }

    private int Apply(in Kevent change)
    {
        (long, short) key = (change.Ident, change.Filter);
        bool isUsers = change.Filter == layout.EVFILT_USER;
        if (isUsers && !HasUserEvents)
        {
            return Errno.EINVAL;
        }

        if ((change.Flags & Kqueue.EV_DELETE) != 0)
        {
            return _notes.Remove(key) ? 0 : Errno.ENOENT;
        }

        if ((change.Flags & Kqueue.EV_ADD) == 0 && !_notes.ContainsKey(key))
        {
            return Errno.ENOENT;
        }

        // Adding again what is there changes no flags.
        _notes.TryAdd(key, new Note(change.Flags));
        if (isUsers && (change.FilterFlags & Kqueue.NOTE_TRIGGER) != 0)
        {
            _states[key] = new State(true, false, 0, ++_stamp);
        }

        return 0;
    }

    private Kevent? Told((long Ident, short Filter) key)
    {
        Note note = _notes[key];
        if (!_states.TryGetValue(key, out State state) || !state.IsReady || ((note.Flags & Kqueue.EV_CLEAR) != 0 && note.Told == state.Stamp))
        {
            return null;
        }

        if ((note.Flags & Kqueue.EV_ONESHOT) != 0)
        {
            _notes.Remove(key);
        }
        else
        {
            _notes[key] = note with { Told = state.Stamp };
        }

        return new Kevent(key.Ident, key.Filter, (ushort)(note.Flags | (state.IsEnded ? Kqueue.EV_EOF : 0)), (uint)state.Error);
    }

    private readonly record struct Note(ushort Flags, int Told = 0);

    private readonly record struct State(bool IsReady, bool IsEnded, int Error, int Stamp);
}
