using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling.Kqueues;

/// <summary>By which other threads wake a kqueue: an event of the user's own (EVFILT_USER), or a pipe where the kernel has none.</summary>
internal sealed unsafe class KqueueWakeUp : IDisposable
{
    private readonly IKqueue _calls;

    // A handle and not a number: whoever wakes may come to it only after the poller was disposed, when the number may be a stranger's.
    private readonly SocketHandle _kqueue;
    private readonly WakeUpPipe? _pipe;

    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public KqueueWakeUp(IKqueue calls, SocketHandle kqueue)
    {
        (_calls, _kqueue) = (calls, kqueue);
        if (!Change(new Kevent(0, calls.Layout.EVFILT_USER, Kqueue.EV_ADD | Kqueue.EV_CLEAR), kqueue.Descriptor).IsError)
        {
            return;
        }

        _pipe = new WakeUpPipe();
        try
        {
            Change(new Kevent(_pipe.Descriptor, Kqueue.EVFILT_READ, Kqueue.EV_ADD), kqueue.Descriptor).ValueOrThrow("kevent");
        }
        catch
        {
            _pipe.Dispose();
            throw;
        }
    }

    /// <summary>Ends the wait that runs, or the next one. Any thread, also after disposal, when it does nothing.</summary>
    public void Set()
    {
        if (_pipe is not null)
        {
            _pipe.Set();
            return;
        }

        bool isHeld = false;
        try
        {
            _kqueue.DangerousAddRef(ref isHeld);
            Change(new Kevent(0, _calls.Layout.EVFILT_USER, 0, Kqueue.NOTE_TRIGGER), (int)_kqueue.DangerousGetHandle()).ValueOrThrow("NOTE_TRIGGER");
        }
        catch (ObjectDisposedException)
        {
            // IGNORED: nobody waits any more.
        }
        finally
        {
            if (isHeld)
            {
                _kqueue.DangerousRelease();
            }
        }
    }

    /// <summary>True when the event is a wake-up, which is then taken. The poller's thread.</summary>
    public bool Takes(in Kevent told)
    {
        if (told.Filter == _calls.Layout.EVFILT_USER)
        {
            return true;
        }

        if (_pipe is null || told.Ident != _pipe.Descriptor)
        {
            return false;
        }

        _pipe.Drain();
        return true;
    }

    public void Dispose() => _pipe?.Dispose();

    private SysResult Change(in Kevent change, int kqueue)
    {
        byte* entry = stackalloc byte[KeventLayout.MaxStride];
        _calls.Layout.Write(entry, change);
        return _calls.Control(kqueue, entry, 1, null, 0, 0);
    }
}
