using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>A socket whose connection attempt is under way. Loop thread only.</summary>
internal sealed class ConnectChannel(SocketHandle socket, NetAddress remoteAddress, Action<ConnectChannel> decided) : Channel(socket)
{
    /// <summary>The connected socket as a channel of its own, or the reason why there is none, in which case the socket is closed.</summary>
    public StreamChannel? Finish(out SocketOperationException? error)
    {
        error = SocketFactory.ConnectError(Descriptor, remoteAddress);
        if (error is null && IsConnectedToItself())
        {
            error = new SocketOperationException("connect to", remoteAddress, Native.Errno.ECONNREFUSED);
        }

        if (error is not null)
        {
            Close();
            return null;
        }

        return new StreamChannel(Detach(), remoteAddress);
    }

    private protected override void OnReady(bool reads, bool writes) => decided(this);

    // A dial to a free port of the range that outgoing connections use can meet itself (TCP simultaneous open, RFC 9293 section 3.5).
    private bool IsConnectedToItself() => !remoteAddress.IsUnix && SocketFactory.LocalAddress(Descriptor).Equals(remoteAddress);
}
