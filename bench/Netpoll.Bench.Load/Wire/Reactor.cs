using System.ComponentModel;
using Netpoll.Bench.Load.Recording;
using Netpoll.Poller.Native;

namespace Netpoll.Bench.Load.Wire;

/// <summary>
/// The load's own event loop on <c>epoll(7)</c>, edge-triggered: a wait need not look again at sockets that have been drained, and a full
/// one needs no <c>epoll_ctl</c>. Nothing of <c>EventLoop</c> is used, which may be what is measured. One thread.
/// </summary>
internal sealed class Reactor : IDisposable
{
    /// <summary>Sockets taken from one wait. Arbitrary: enough that the wait's cost is shared, few enough that no socket waits long for its turn.</summary>
    private const int MaxEvents = 256;

    private const uint EdgeTriggered = Epoll.EPOLLET | (uint)(ReadyEvents.Readable | ReadyEvents.Writable | ReadyEvents.Ended);

    private readonly int _epoll = ValueOf(Epoll.Create(), "epoll_create1");
    private readonly EpollEvents _events = new(MaxEvents);
    private readonly List<IReady> _owners = [];

    /// <summary>Reserves a token under which all sockets of an owner, one after another, are watched.</summary>
    public int Register(IReady owner)
    {
        _owners.Add(owner);
        return _owners.Count - 1;
    }

    /// <summary>Watches a socket until it is closed.</summary>
    public void Watch(int descriptor, int token) => ValueOf(Epoll.Add(_epoll, descriptor, EdgeTriggered, (ulong)token), "epoll_ctl");

    /// <summary>Waits for events, at most until a moment, and deals with those of one wait.</summary>
    /// <param name="until">In ticks of <see cref="Clock"/>. The wait is rounded down to milliseconds, and does not sleep for less than one.</param>
    public void Turn(long until)
    {
        long millis = Math.Clamp((until - Clock.Now()) / Clock.Millisecond, 0, int.MaxValue);
        int count = ValueOf(Epoll.Wait(_epoll, _events, MaxEvents, (int)millis), "epoll_wait");
        for (int i = 0; i < count; i++)
        {
            _owners[(int)_events.DataAt(i)].OnReady((ReadyEvents)_events.EventsAt(i));
        }
    }

    /// <summary>Turns until a moment.</summary>
    public void RunUntil(long end)
    {
        while (Clock.Now() < end)
        {
            Turn(end);
        }
    }

    public void Dispose()
    {
        SocketCalls.Close(_epoll);
        _events.Dispose();
    }

    private static int ValueOf(SysResult result, string call) =>
        result.IsError ? throw new Win32Exception(result.Errno, $"{call}: {Errno.Describe(result.Errno)}") : result.Value;
}
