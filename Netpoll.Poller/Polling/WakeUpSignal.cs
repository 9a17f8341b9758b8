using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling;

/// <summary>Linux' <c>eventfd(2)</c>, by which other threads wake a poller. Never read: a poller that watches it hears of each signal once.</summary>
internal sealed class WakeUpSignal : IDisposable
{
    // A handle and not a number: whoever wakes may come to it only after the poller was disposed, when the number may be a stranger's.
    private readonly SocketHandle _event;

    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public WakeUpSignal() => _event = new SocketHandle(EventFd.Create().ValueOrThrow("eventfd"));

    public int Descriptor => _event.Descriptor;

    public bool IsDisposed => _event.IsClosed;

    /// <summary>Makes the descriptor ready. Any thread, also after disposal, when it does nothing.</summary>
    public void Set()
    {
        bool isHeld = false;
        try
        {
            _event.DangerousAddRef(ref isHeld);

            // SAFETY: the reference keeps the descriptor open until the signal is given. The counter overflows only after 2^64 - 2 of them.
            EventFd.Signal((int)_event.DangerousGetHandle()).ValueOrThrow("write to eventfd");
        }
        catch (ObjectDisposedException)
        {
            // IGNORED: nobody waits any more.
        }
        finally
        {
            if (isHeld)
            {
                _event.DangerousRelease();
            }
        }
    }

    public void Dispose() => _event.Dispose();
}
