using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>
/// A socket on an event loop: what its poller reports is delivered here. Belongs to the loop's thread from registration to
/// <see cref="Close"/>; owns the socket and closes it exactly once.
/// </summary>
public abstract class Channel : IPollable
{
    private readonly SocketHandle _socket;
    private PollRegistry? _registry;
    private ulong _token;
    private PollInterest _interest;
    private bool _isSuspended;
    private bool _isGivenAway;

    private protected Channel(SocketHandle socket) => _socket = socket;

    /// <summary>False once the channel is closed, or its socket was given away.</summary>
    public bool IsOpen => !_isGivenAway && !_socket.IsClosed;

    /// <summary>What the channel currently hears of.</summary>
    public PollInterest Interest => _interest;

    private protected int Descriptor => _socket.Descriptor;

    void IPollable.OnReady(PollReadiness readiness)
    {
        bool isHangUp = (readiness & PollReadiness.HangUp) != 0;

        // A hang-up makes both calls return at once, so it counts as both; what is left to read is read first, and the read then tells the end.
        bool reads = (_interest & PollInterest.Read) != 0 && (isHangUp || (readiness & PollReadiness.Readable) != 0);
        bool writes = (_interest & PollInterest.Write) != 0 && (isHangUp || (readiness & PollReadiness.Writable) != 0);
        if (isHangUp && !reads && !writes)
        {
            if (!HearsHangUpOnce)
            {
                // The kernel would report it at every wait whatever the interest (epoll_ctl(2), EPOLLHUP): a busy loop while reading is paused.
                _registry!.Suspend(Descriptor);
                _isSuspended = true;
            }

            OnHangUp();
            return;
        }

        OnReady(reads, writes);
    }

    /// <summary>Gives the channel to a loop's registry; from here on it lives on that loop's thread.</summary>
    /// <exception cref="InvalidOperationException">It is on a loop already, or closed.</exception>
    internal void Attach(PollRegistry registry, PollInterest interest)
    {
        ObjectDisposedException.ThrowIf(!IsOpen, this);
        if (_registry is not null)
        {
            throw new InvalidOperationException("The channel is on a loop already.");
        }

        _token = Register(registry, interest);
        _registry = registry;
        _interest = interest;
    }

    /// <summary>Sets what the channel hears of. Costs a system call only when it changes.</summary>
    public void SetInterest(PollInterest interest)
    {
        if (_registry is null || interest == _interest)
        {
            return;
        }

        _interest = interest;
        if (!_isSuspended)
        {
            _registry.Modify(_token, Descriptor, interest);
        }
        else if (interest != PollInterest.None)
        {
            _isSuspended = false;
            _registry.Resume(_token, Descriptor, interest);
        }
    }

    /// <summary>
    /// Stops hearing and closes the socket. What the kernel has already taken is still sent, unless input is left unread: the kernel then
    /// resets the connection (RFC 2525, section 2.17). Harmless when repeated.
    /// </summary>
    public void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        OnClosing();
        GiveAway().Dispose();
        OnClosed();
    }

    /// <summary>Stops hearing and gives the socket away, open.</summary>
    private protected SocketHandle GiveAway()
    {
        _isGivenAway = true;
        if (_registry is { } registry)
        {
            _registry = null;
            registry.Remove(_token, Descriptor, _isSuspended);
        }

        return _socket;
    }

    /// <summary>Has the poller report the socket; returns the token.</summary>
    private protected virtual ulong Register(PollRegistry registry, PollInterest interest) => registry.Add(this, Descriptor, interest);

    /// <summary>True when the poller reports a hang-up that nobody can deal with yet only once.</summary>
    private protected virtual bool HearsHangUpOnce => false;

    /// <summary>Called when the socket is ready for something that the interest asks for.</summary>
    private protected abstract void OnReady(bool reads, bool writes);

    /// <summary>Called once when both directions are dead while nobody wants to hear of anything.</summary>
    private protected virtual void OnHangUp()
    {
    }

    /// <summary>Called before the socket is closed.</summary>
    private protected virtual void OnClosing()
    {
    }

    /// <summary>Called after the socket is closed.</summary>
    private protected virtual void OnClosed()
    {
    }
}
