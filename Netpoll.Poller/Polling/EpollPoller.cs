using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling;

/// <summary>Linux' <c>epoll(7)</c>, with an <c>eventfd(2)</c> to wake it.</summary>
internal sealed class EpollPoller : IPoller
{
    private readonly int _epoll;

    // A handle and not a number: whoever wakes may come to it only after the poller was disposed, when the number may be a stranger's.
    private readonly SocketHandle _wakeUp;
    private readonly EpollEvents _ready;

    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public EpollPoller(int maxEvents)
    {
        _epoll = ValueOrThrow(Epoll.Create(), "epoll_create1");
        try
        {
            _wakeUp = new SocketHandle(ValueOrThrow(EventFd.Create(), "eventfd"));
            try
            {
                // Edge-triggered: each signal is reported once, so the counter is never read and a wake-up costs one system call, not two.
                ValueOrThrow(Epoll.Add(_epoll, _wakeUp.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, PollRegistry.ReservedToken), "epoll_ctl");
            }
            catch
            {
                _wakeUp.Dispose();
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

    public void Wake()
    {
        bool isHeld = false;
        try
        {
            _wakeUp.DangerousAddRef(ref isHeld);

            // SAFETY: the reference keeps the descriptor open until the signal is given. The counter overflows only after 2^64 - 2 of them.
            ValueOrThrow(EventFd.Signal((int)_wakeUp.DangerousGetHandle()), "write to eventfd");
        }
        catch (ObjectDisposedException)
        {
            // IGNORED: nobody waits any more.
        }
        finally
        {
            if (isHeld)
            {
                _wakeUp.DangerousRelease();
            }
        }
    }

    public void Dispose()
    {
        if (_wakeUp.IsClosed)
        {
            return;
        }

        _wakeUp.Dispose();
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
