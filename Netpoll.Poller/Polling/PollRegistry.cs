using System.ComponentModel;
using System.Diagnostics;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>
/// What is registered with one poller, found by token. A token is a slot's index and its generation, so that an event of a descriptor
/// that was closed, and whose number or slot is used again, finds nobody instead of a stranger. One loop's thread only.
/// </summary>
internal sealed class PollRegistry(IPoller poller)
{
    /// <summary>Never given to a registration: pollers use it for their own wake-up.</summary>
    public const ulong ReservedToken = ulong.MaxValue;

    private const int NoFreeSlot = -1;

    private readonly ICompletionPoller? _completions = poller as ICompletionPoller;
    private Slot[] _slots = new Slot[64];
    private int _used;
    private int _firstFree = NoFreeSlot;

    /// <summary>How many are registered.</summary>
    public int Count { get; private set; }

    /// <summary>Registers a target and starts to report its descriptor.</summary>
    /// <exception cref="Win32Exception">The kernel refused: out of memory, or over <c>fs.epoll.max_user_watches</c>.</exception>
    public ulong Add(IPollable target, int descriptor, PollInterest interest)
    {
        ulong token = TakeToken(target);
        SysResult added = poller.Add(descriptor, interest, token);
        if (added.IsError)
        {
            FreeSlot((int)(uint)token);
            throw new Win32Exception(added.Errno, $"Cannot watch a socket: {Errno.Explain(added.Errno)}");
        }

        return token;
    }

    /// <summary>As <see cref="Add"/> for a connected socket: a poller that moves bytes itself gives the stream by which it does, others null.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public ulong AddStream(IPollable target, int descriptor, PollInterest interest, out ICompletionStream? stream)
    {
        if (_completions is null)
        {
            stream = null;
            return Add(target, descriptor, interest);
        }

        ulong token = TakeToken(target);
        stream = _completions.AddStream(descriptor, interest, token);
        return token;
    }

    /// <summary>As <see cref="Add"/> for a listening socket: a poller that accepts by itself gives what it accepts into, others null.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public ulong AddListener(IPollable target, int descriptor, PollInterest interest, out ICompletionListener? listener)
    {
        if (_completions is null)
        {
            listener = null;
            return Add(target, descriptor, interest);
        }

        ulong token = TakeToken(target);
        listener = _completions.AddListener(descriptor, interest, token);
        return token;
    }

    /// <summary>Changes what is reported.</summary>
    public void Modify(ulong token, int descriptor, PollInterest interest) => Check(poller.Modify(descriptor, interest, token));

    /// <summary>Stops reporting but keeps the token, for a descriptor whose hang-up cannot be dealt with yet. <see cref="Resume"/> ends it.</summary>
    public void Suspend(int descriptor) => Check(poller.Remove(descriptor));

    /// <summary>Reports again after <see cref="Suspend"/>.</summary>
    public void Resume(ulong token, int descriptor, PollInterest interest) => Check(poller.Add(descriptor, interest, token));

    /// <summary>Stops reporting and gives the token up. The descriptor must still be open.</summary>
    public void Remove(ulong token, int descriptor, bool suspended)
    {
        Debug.Assert(Find(token) is not null, "a token is given up once");
        if (!suspended)
        {
            Check(poller.Remove(descriptor));
        }

        FreeSlot((int)(uint)token);
    }

    /// <summary>Delivers one event, unless its target has gone since.</summary>
    public void Dispatch(PollEvent ready) => Find(ready.Token)?.OnReady(ready.Readiness);

    /// <summary>All that are registered, at the moment of the call.</summary>
    public IPollable[] Snapshot()
    {
        IPollable[] all = new IPollable[Count];
        int filled = 0;
        for (int i = 0; i < _used; i++)
        {
            if (_slots[i].Target is { } target)
            {
                all[filled++] = target;
            }
        }

        return all;
    }

    private static ulong Token(int index, uint generation) => ((ulong)generation << 32) | (uint)index;

    private IPollable? Find(ulong token)
    {
        uint index = (uint)token;
        return index < (uint)_used && _slots[index].Generation == (uint)(token >> 32) ? _slots[index].Target : null;
    }

    private ulong TakeToken(IPollable target)
    {
        int index = TakeSlot();
        ref Slot slot = ref _slots[index];
        slot.Target = target;
        return Token(index, slot.Generation);
    }

    private int TakeSlot()
    {
        Count++;
        if (_firstFree != NoFreeSlot)
        {
            int index = _firstFree;
            _firstFree = _slots[index].NextFree;
            return index;
        }

        if (_used == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        return _used++;
    }

    private void FreeSlot(int index)
    {
        ref Slot slot = ref _slots[index];
        slot.Target = null;

        // Generation uint.MaxValue is skipped, so that no token equals the reserved one.
        slot.Generation = slot.Generation == uint.MaxValue - 1 ? 0 : slot.Generation + 1;
        slot.NextFree = _firstFree;
        _firstFree = index;
        Count--;
    }

    // A descriptor that is open and registered can always be changed or removed (epoll_ctl(2)): anything else is a bug in a channel.
    private static void Check(SysResult result)
    {
        if (result.IsError)
        {
            throw new Win32Exception(result.Errno, $"A registered socket could not be changed: {Errno.Explain(result.Errno)}");
        }
    }

    private struct Slot
    {
        public IPollable? Target;
        public uint Generation;
        public int NextFree;
    }
}
