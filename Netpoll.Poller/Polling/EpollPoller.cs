using System.ComponentModel;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>Linux' <c>epoll(7)</c>, with an <c>eventfd(2)</c> to wake it.</summary>
internal sealed class EpollPoller : IPoller
{
    private readonly int _epoll;
    private readonly int _wakeUp;
    private readonly EpollEvents _ready;

    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public EpollPoller(int maxEvents)
    {
        _epoll = ValueOrThrow(Epoll.Create(), "epoll_create1");
        try
        {
            _wakeUp = ValueOrThrow(EventFd.Create(), "eventfd");
            try
            {
                // Edge-triggered: each signal is reported once, so the counter is never read and a wake-up costs one system call, not two.
                ValueOrThrow(Epoll.Add(_epoll, _wakeUp, Epoll.EPOLLIN | Epoll.EPOLLET, PollRegistry.ReservedToken), "epoll_ctl");
            }
            catch
            {
                SocketCalls.Close(_wakeUp);
                throw;
            }
        }
        catch
        {
            SocketCalls.Close(_epoll);
            throw;
        }

        _ready = new EpollEvents(maxEvents);
    }

    public SysResult Add(int descriptor, PollInterest interest, ulong token) => Epoll.Add(_epoll, descriptor, Translate(interest), token);

    public SysResult Modify(int descriptor, PollInterest interest, ulong token) => Epoll.Modify(_epoll, descriptor, Translate(interest), token);

    public SysResult Remove(int descriptor) => Epoll.Remove(_epoll, descriptor);

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        int ready = ValueOrThrow(Epoll.Wait(_epoll, _ready, Math.Min(events.Length, _ready.Capacity), timeoutMillis), "epoll_wait");
        int filled = 0;
        for (int i = 0; i < ready; i++)
        {
            ulong token = _ready.DataAt(i);
            if (token != PollRegistry.ReservedToken)
            {
                events[filled++] = new PollEvent(token, Translate(_ready.EventsAt(i)));
            }
        }

        return filled;
    }

    // The counter could overflow only after 2^64 - 2 signals; the one other failure is a descriptor closed too early, which is a bug.
    public void Wake() => ValueOrThrow(EventFd.Signal(_wakeUp), "write to eventfd");

    public void Dispose()
    {
        SocketCalls.Close(_wakeUp);
        SocketCalls.Close(_epoll);
        _ready.Dispose();
    }

    private static uint Translate(PollInterest interest) =>
        ((interest & PollInterest.Read) != 0 ? Epoll.EPOLLIN : 0) | ((interest & PollInterest.Write) != 0 ? Epoll.EPOLLOUT : 0);

    private static PollReadiness Translate(uint events) =>
        ((events & Epoll.EPOLLIN) != 0 ? PollReadiness.Readable : PollReadiness.None)
        | ((events & Epoll.EPOLLOUT) != 0 ? PollReadiness.Writable : PollReadiness.None)
        | ((events & (Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0 ? PollReadiness.HangUp : PollReadiness.None);

    private static int ValueOrThrow(SysResult result, string call) =>
        result.IsError ? throw new Win32Exception(result.Errno, $"{call} failed: {Errno.Describe(result.Errno)} (errno {result.Errno})") : result.Value;
}
