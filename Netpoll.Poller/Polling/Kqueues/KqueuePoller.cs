using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling.Kqueues;

/// <summary>
/// The <c>kqueue(2)</c> of macOS and FreeBSD. Changes of interest are handed over with the next wait, in the same system call, so that they cost none.
/// </summary>
internal sealed unsafe class KqueuePoller : IPoller
{
    /// <summary>Changes of one call: two filters of a socket, each taken out and put in again, for as many sockets as a wait tells of by default.</summary>
    private const int MaxChanges = 4 * 128;

    /// <summary>The most changes that one socket needs.</summary>
    private const int ChangesOfOne = 4;

    private readonly IKqueue _calls;
    private readonly SocketHandle _kqueue;
    private readonly KqueueWakeUp _wakeUp;
    private readonly KeventList _changes;
    private readonly KeventList _told;

    /// <summary>By descriptor.</summary>
    private KqueueSource[] _sources = new KqueueSource[64];

    /// <summary>The descriptors whose filters are to be changed before the next wait.</summary>
    private readonly List<int> _unsettled = [];

    private long _waits;

    /// <param name="calls">The system's kqueue.</param>
    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public KqueuePoller(IKqueue calls, int maxEvents)
    {
        _calls = calls;
        _kqueue = new SocketHandle(calls.Create().ValueOrThrow("kqueue"));
        try
        {
            _wakeUp = new KqueueWakeUp(calls, _kqueue);
        }
        catch
        {
            _kqueue.Dispose();
            throw;
        }

        _changes = new KeventList(calls.Layout, MaxChanges);
        _told = new KeventList(calls.Layout, maxEvents);
    }

    public SysResult Add(int descriptor, PollInterest interest, ulong token)
    {
        if (descriptor < 0)
        {
            return SysResult.Failure(Errno.EBADF);
        }

        if (descriptor >= _sources.Length)
        {
            Array.Resize(ref _sources, Math.Max(descriptor + 1, _sources.Length * 2));
        }

        ref KqueueSource source = ref _sources[descriptor];
        if (source.IsRegistered)
        {
            return SysResult.Failure(Errno.EEXIST);
        }

        source = new KqueueSource { IsRegistered = true, Interest = interest, Token = token, IsListed = source.IsListed };
        SysResult added = Settle(descriptor);
        if (added.IsError)
        {
            source.IsRegistered = false;
        }

        return added;
    }

    public SysResult Modify(int descriptor, PollInterest interest, ulong token)
    {
        if (!IsRegistered(descriptor))
        {
            return SysResult.Failure(Errno.ENOENT);
        }

        ref KqueueSource source = ref _sources[descriptor];
        (source.Interest, source.Token) = (interest, token);
        ListIfUnsettled(descriptor);
        return SysResult.Success();
    }

    public SysResult Remove(int descriptor)
    {
        if (!IsRegistered(descriptor))
        {
            return SysResult.Failure(Errno.ENOENT);
        }

        ref KqueueSource source = ref _sources[descriptor];
        source.IsRegistered = false;
        AddChange(descriptor, Kqueue.EVFILT_READ, source.Read, FilterMode.Off);
        AddChange(descriptor, Kqueue.EVFILT_WRITE, source.Write, FilterMode.Off);
        return Flush();
    }

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        _waits++;
        int filled = 0;
        Exchange(events, ref filled, timeoutMillis);
        if (_unsettled.Count > 0)
        {
            // Somebody's one direction has ended. The other is asked for now, so that a hang-up is told with the end, as elsewhere.
            Exchange(events, ref filled, 0);
        }

        return filled;
    }

    public void Wake() => _wakeUp.Set();

    public void Dispose()
    {
        if (_kqueue.IsClosed)
        {
            return;
        }

        _wakeUp.Dispose();
        _kqueue.Dispose();
        _changes.Dispose();
        _told.Dispose();
    }

    private bool IsRegistered(int descriptor) => (uint)descriptor < (uint)_sources.Length && _sources[descriptor].IsRegistered;

    private void ListIfUnsettled(int descriptor)
    {
        ref KqueueSource source = ref _sources[descriptor];
        if (!source.IsListed && source.IsUnsettled)
        {
            source.IsListed = true;
            _unsettled.Add(descriptor);
        }
    }

    /// <summary>One system call: changes filters, and takes what is told.</summary>
    private void Exchange(Span<PollEvent> events, ref int filled, int timeoutMillis)
    {
        foreach (int descriptor in _unsettled)
        {
            ref KqueueSource source = ref _sources[descriptor];
            source.IsListed = false;
            if (source.IsRegistered)
            {
                AddChanges(descriptor);
                if (_changes.Count > _changes.Capacity - ChangesOfOne)
                {
                    Flush().ValueOrThrow("kevent");
                }
            }
        }

        _unsettled.Clear();
        int told = _calls
            .Control(_kqueue.Descriptor, _changes.Pointer, _changes.Count, _told.Pointer, Math.Min(events.Length, _told.Capacity), timeoutMillis)
            .ValueOrThrow("kevent");
        _changes.Count = 0;
        for (int i = 0; i < told; i++)
        {
            Report(_told[i], events, ref filled);
        }
    }

    private void Report(Kevent told, Span<PollEvent> events, ref int filled)
    {
        if ((told.Flags & Kqueue.EV_ERROR) != 0)
        {
            // A descriptor that is open and registered can always be changed: anything else is a bug in a channel.
            SysResult.Failure(Errno.FromNative((int)told.Data)).ValueOrThrow("kevent");
        }

        int descriptor = (int)told.Ident;
        if (_wakeUp.Takes(told) || !IsRegistered(descriptor))
        {
            return;
        }

        ref KqueueSource source = ref _sources[descriptor];
        source.Hear(told);
        ListIfUnsettled(descriptor);
        PollReadiness readiness = source.ReadinessOf(told);
        if (readiness == PollReadiness.None)
        {
            return;
        }

        // Both directions of a socket are one event.
        if (source.Wait == _waits)
        {
            ref PollEvent before = ref events[source.Place];
            before = before with { Readiness = before.Readiness | readiness };
        }
        else if (filled < events.Length)
        {
            (source.Wait, source.Place) = (_waits, filled);
            events[filled++] = new PollEvent(source.Token, readiness);
        }
    }

    /// <summary>Changes a socket's filters at once.</summary>
    private SysResult Settle(int descriptor)
    {
        AddChanges(descriptor);
        return Flush();
    }

    private void AddChanges(int descriptor)
    {
        ref KqueueSource source = ref _sources[descriptor];
        (FilterMode read, FilterMode write) = (source.WantedRead, source.WantedWrite);
        AddChange(descriptor, Kqueue.EVFILT_READ, source.Read, read);
        AddChange(descriptor, Kqueue.EVFILT_WRITE, source.Write, write);
        (source.Read, source.Write) = (read, write);
    }

    private void AddChange(int descriptor, short filter, FilterMode from, FilterMode to)
    {
        if (from == to)
        {
            return;
        }

        if (from != FilterMode.Off)
        {
            // Adding again what is there does not change how it is told.
            _changes.Add(new Kevent(descriptor, filter, Kqueue.EV_DELETE));
        }

        if (to != FilterMode.Off)
        {
            ushort how = to switch { FilterMode.Edge => Kqueue.EV_CLEAR, FilterMode.Once => Kqueue.EV_ONESHOT, _ => 0 };
            _changes.Add(new Kevent(descriptor, filter, (ushort)(Kqueue.EV_ADD | how)));
        }
    }

    private SysResult Flush()
    {
        SysResult flushed = _changes.Count == 0 ? SysResult.Success() : _calls.Control(_kqueue.Descriptor, _changes.Pointer, _changes.Count, null, 0, 0);
        _changes.Count = 0;
        return flushed;
    }
}
