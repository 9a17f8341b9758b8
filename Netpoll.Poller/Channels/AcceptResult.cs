using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>What one accept gave: a connection, nothing for now, an error that passes, or a connection that took one of the last descriptors.</summary>
/// <param name="Socket">The accepted socket, whose owner is now the caller; or null.</param>
/// <param name="RemoteAddress">The peer's address, when there is a socket; with io_uring <c>0.0.0.0:0</c> if it was reset before it could be asked for.</param>
/// <param name="ErrorNumber">Linux' number for the error, whatever system this is; or 0.</param>
public readonly record struct AcceptResult(SocketHandle? Socket, NetAddress? RemoteAddress, int ErrorNumber)
{
    /// <summary>The queue is empty.</summary>
    public bool WouldBlock => ErrorNumber == Errno.EAGAIN;

    /// <summary>The connection at the head of the queue had failed before it was taken (<c>accept(2)</c>); the next one may be fine.</summary>
    public bool IsLostConnection => ErrorNumber is Errno.ECONNABORTED or Errno.EPROTO or Errno.EPERM
        or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.ETIMEDOUT;

    /// <summary>
    /// The process or the machine is out of descriptors or memory: connections stay in the queue, so try again after a while. With a
    /// <see cref="Socket"/>, that one has a descriptor that is better left to other things, and should be closed.
    /// </summary>
    public bool IsExhausted => ErrorNumber is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM;

    /// <summary>The error as a sentence.</summary>
    public string Describe() => Errno.Explain(ErrorNumber);
}
