using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling;

/// <summary>Linux' <c>epoll(7)</c>, with an <c>eventfd(2)</c> to wake it.</summary>
internal sealed class EpollPoller : IPoller
{
    private readonly SocketHandle _epoll;
    private readonly WakeUpSignal _wakeUp;
    private readonly EpollEvents _ready;

    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public EpollPoller(int maxEvents)
    {
        _epoll = new SocketHandle(Epoll.Create().ValueOrThrow("epoll_create1"));
        try
        {
            _wakeUp = new WakeUpSignal();
            try
            {
                // Edge-triggered: each signal is reported once, so the counter is never read and a wake-up costs one system call, not two.
                Epoll.Add(Descriptor, _wakeUp.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, PollRegistry.ReservedToken).ValueOrThrow("epoll_ctl");
            }
            catch
            {
                _wakeUp.Dispose();
                throw;
            }
        }
        catch
        {
            _epoll.Dispose();
            throw;
        }

        _ready = new EpollEvents(maxEvents);
    }

    /// <summary>The epoll's own descriptor: readable while something is ready, so that another poller can watch it.</summary>
    public int Descriptor => _epoll.Descriptor;

    public SysResult Add(int descriptor, PollInterest interest, ulong token) => Epoll.Add(Descriptor, descriptor, Translate(interest), token);

    public SysResult Modify(int descriptor, PollInterest interest, ulong token) => Epoll.Modify(Descriptor, descriptor, Translate(interest), token);

    public SysResult Remove(int descriptor) => Epoll.Remove(Descriptor, descriptor);

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        int ready = Epoll.Wait(Descriptor, _ready, Math.Min(events.Length, _ready.Capacity), timeoutMillis).ValueOrThrow("epoll_wait");
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

    public void Wake() => _wakeUp.Set();

    public void Dispose()
    {
        if (_epoll.IsClosed)
        {
            return;
        }

        _wakeUp.Dispose();
        _epoll.Dispose();
        _ready.Dispose();
    }

    private static uint Translate(PollInterest interest) =>
        ((interest & PollInterest.Read) != 0 ? Epoll.EPOLLIN : 0) | ((interest & PollInterest.Write) != 0 ? Epoll.EPOLLOUT : 0);

    private static PollReadiness Translate(uint events) =>
        ((events & Epoll.EPOLLIN) != 0 ? PollReadiness.Readable : PollReadiness.None)
        | ((events & Epoll.EPOLLOUT) != 0 ? PollReadiness.Writable : PollReadiness.None)
        | ((events & (Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0 ? PollReadiness.HangUp : PollReadiness.None);
}
