using System.Net;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>A socket whose connection attempt is under way. Loop thread only.</summary>
internal sealed class ConnectChannel : Channel
{
    private readonly NetAddress _remoteAddress;
    private readonly EndPoint _endPoint;
    private readonly Action _decided;
    private readonly Action _closed;

    /// <param name="socket">Has begun to connect; owned from here on.</param>
    /// <param name="remoteAddress">Whom the user called; named in errors.</param>
    /// <param name="endPoint">The end point of that address which is tried.</param>
    /// <param name="decided">Called when <see cref="Finish"/> can tell how it ended.</param>
    /// <param name="closed">Called when the channel was closed, for one because its loop has ended.</param>
    public ConnectChannel(SocketHandle socket, NetAddress remoteAddress, EndPoint endPoint, Action decided, Action closed)
        : base(socket) => (_remoteAddress, _endPoint, _decided, _closed) = (remoteAddress, endPoint, decided, closed);

    /// <summary>True when the attempt failed because its two ends were the same socket: nobody listens, and another try meets nobody.</summary>
    public bool MetItself { get; private set; }

    /// <summary>The connected socket as a channel of its own, or the reason why there is none, in which case the socket is closed.</summary>
    public StreamChannel? Finish(out SocketOperationException? error)
    {
        error = SocketFactory.ConnectError(Descriptor, _remoteAddress);
        if (error is null && IsConnectedToItself())
        {
            MetItself = true;
            error = new SocketOperationException("connect to", _remoteAddress, Native.Errno.ECONNREFUSED);
        }

        if (error is not null)
        {
            Close();
            return null;
        }

        return new StreamChannel(Detach(), _remoteAddress);
    }

    private protected override void OnReady(bool reads, bool writes) => _decided();

    private protected override void OnClosed() => _closed();

    // A dial to a free port of the range that outgoing connections use can meet itself (TCP simultaneous open, RFC 9293 section 3.5).
    private bool IsConnectedToItself() =>
        !_remoteAddress.IsUnix && SocketFactory.LocalAddress(Descriptor).Equals(NetAddress.FromEndPoint(_endPoint));
}
