using System.ComponentModel;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>
/// The <c>poll(2)</c> of every Unix: for systems without a better door, and for telling whether a fault is one of the better door's. Each wait hands
/// the whole list to the kernel, so its price grows with the number of sockets. Also the place where a backend for Windows would stand
/// (<c>WSAPoll</c> has the same shape).
/// </summary>
internal sealed class PollPoller : IPoller
{
    // What the kernel is handed, and the token of each entry. The wake-up's comes first, and a removed entry's place is taken by the last.
    private PollEntry[] _entries = new PollEntry[64];
    private ulong[] _tokens = new ulong[64];
    private int _count = 1;

    /// <summary>Each descriptor's place in the list, by its number; 0 for those that are not in it.</summary>
    private int[] _placeOf = new int[64];

    /// <summary>Where the next wait begins to look, so that those in front do not keep the others from their turn.</summary>
    private int _next = 1;

    private readonly WakeUpPipe _wakeUp = new();

    /// <exception cref="Win32Exception">The process is out of descriptors.</exception>
    public PollPoller() => _entries[0] = new PollEntry { Descriptor = _wakeUp.Descriptor, Events = Poll.POLLIN };

    public SysResult Add(int descriptor, PollInterest interest, ulong token)
    {
        if (descriptor < 0)
        {
            return SysResult.Failure(Errno.EBADF);
        }

        if (PlaceOf(descriptor) != 0)
        {
            return SysResult.Failure(Errno.EEXIST);
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
            Array.Resize(ref _tokens, _count * 2);
        }

        if (descriptor >= _placeOf.Length)
        {
            Array.Resize(ref _placeOf, Math.Max(descriptor + 1, _placeOf.Length * 2));
        }

        _placeOf[descriptor] = _count;
        _entries[_count] = new PollEntry { Descriptor = descriptor, Events = Translate(interest) };
        _tokens[_count++] = token;
        return SysResult.Success();
    }

    public SysResult Modify(int descriptor, PollInterest interest, ulong token)
    {
        int place = PlaceOf(descriptor);
        if (place == 0)
        {
            return SysResult.Failure(Errno.ENOENT);
        }

        _entries[place].Events = Translate(interest);
        _tokens[place] = token;
        return SysResult.Success();
    }

    public SysResult Remove(int descriptor)
    {
        int place = PlaceOf(descriptor);
        if (place == 0)
        {
            return SysResult.Failure(Errno.ENOENT);
        }

        _placeOf[descriptor] = 0;
        _count--;
        if (place != _count)
        {
            (_entries[place], _tokens[place]) = (_entries[_count], _tokens[_count]);
            _placeOf[_entries[place].Descriptor] = place;
        }

        return SysResult.Success();
    }

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        int ready = Poll.Wait(_entries.AsSpan(0, _count), timeoutMillis).ValueOrThrow("poll");
        if (ready > 0 && _entries[0].Ready != 0)
        {
            _wakeUp.Drain();
            ready--;
        }

        int filled = 0;
        for (int looked = 1; looked < _count && ready > 0 && filled < events.Length; looked++)
        {
            _next = _next >= _count ? 1 : _next;
            short found = _entries[_next].Ready;
            if (found != 0)
            {
                ready--;
                events[filled++] = new PollEvent(_tokens[_next], Translate(found));
            }

            _next++;
        }

        return filled;
    }

    public void Wake() => _wakeUp.Set();

    public void Dispose() => _wakeUp.Dispose();

    private int PlaceOf(int descriptor) => (uint)descriptor < (uint)_placeOf.Length ? _placeOf[descriptor] : 0;

    private static short Translate(PollInterest interest) =>
        (short)(((interest & PollInterest.Read) != 0 ? Poll.POLLIN : 0) | ((interest & PollInterest.Write) != 0 ? Poll.POLLOUT : 0));

    private static PollReadiness Translate(short ready) =>
        ((ready & Poll.POLLIN) != 0 ? PollReadiness.Readable : PollReadiness.None)
        | ((ready & Poll.POLLOUT) != 0 ? PollReadiness.Writable : PollReadiness.None)
        | ((ready & (Poll.POLLHUP | Poll.POLLERR)) != 0 ? PollReadiness.HangUp : PollReadiness.None);
}
