using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>Makes non-blocking sockets: listening ones, and ones that have begun to connect. Any thread.</summary>
internal static class SocketFactory
{
    private static readonly Platform s_platform = Platform.Current;

    /// <summary>Opens a listening socket.</summary>
    /// <param name="address">What the user asked for; named in errors.</param>
    /// <param name="endPoint">One end point that the address stands for.</param>
    /// <param name="options">What to set on the socket.</param>
    /// <exception cref="SocketOperationException">The address is in use, not this machine's, not permitted, and so on.</exception>
    public static SocketHandle Listen(NetAddress address, EndPoint endPoint, SocketOptions options)
    {
        SocketHandle socket = Create("listen on", address, endPoint);
        try
        {
            PrepareListening(socket, endPoint, options);

            // From before the bind until it listens: a socket that is bound and does not listen yet looks dead.
            using DirectoryLock? turn = UnixSocketFile.TakeTurn(address);
            SysResult bound = SocketCalls.Bind(socket.Descriptor, SocketAddresses.Encode(endPoint));
            if (bound.Errno == Errno.EADDRINUSE && UnixSocketFile.RemoveIfDead(address, endPoint))
            {
                bound = SocketCalls.Bind(socket.Descriptor, SocketAddresses.Encode(endPoint));
            }

            ThrowIfError(bound, "listen on", address);
            ThrowIfError(SocketCalls.Listen(socket.Descriptor, options.Backlog), "listen on", address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins to connect. The poller reports the socket writable once it is decided; <see cref="ConnectError"/> then tells how.</summary>
    /// <param name="address">Whom the user calls; named in errors.</param>
    /// <param name="endPoint">One end point that the address stands for.</param>
    /// <param name="options">What to set on the socket.</param>
    /// <param name="local">This end's address, or null to let the kernel choose.</param>
    /// <exception cref="SocketOperationException">The attempt failed at once.</exception>
    public static SocketHandle BeginConnect(NetAddress address, EndPoint endPoint, SocketOptions options, EndPoint? local = null)
    {
        SocketHandle socket = Create("connect to", address, endPoint);
        try
        {
            PrepareStream(socket, isTcp: endPoint is IPEndPoint, options);
            if (local is not null)
            {
                BindLocal(socket, local);
            }

            SysResult connected = SocketCalls.Connect(socket.Descriptor, SocketAddresses.Encode(endPoint));

            // A Unix server whose queue is full answers EAGAIN (connect(2)): no later event would tell, so it is a refusal.
            if (connected.Errno != Errno.EINPROGRESS)
            {
                ThrowIfError(connected, "connect to", address);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How a connection attempt ended: null when it succeeded.</summary>
    public static SocketOperationException? ConnectError(int descriptor, NetAddress address)
    {
        SysResult pending = SocketCalls.TakePendingError(descriptor);
        int errno = pending.IsError ? pending.Errno : pending.Value;
        return errno == 0 ? null : new SocketOperationException("connect to", address, errno);
    }

    /// <summary>Sets the options of a socket that carries bytes: a dialled one, or one just accepted.</summary>
    public static void PrepareStream(SocketHandle socket, bool isTcp, SocketOptions options)
    {
        // Failures here cost speed, never bytes: a peer that is already gone makes setsockopt fail, and the first read then tells so.
        if (isTcp && options.NoDelay)
        {
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.TCP_NODELAY, 1);
        }

        if (isTcp && options.KeepAlive is { } idle)
        {
            SetKeepAlive(socket, idle, options);
        }

        SetBufferSizes(socket, options);
    }

    /// <summary>The address of this end, with the port that the kernel chose.</summary>
    public static NetAddress LocalAddress(int descriptor)
    {
        Span<byte> storage = stackalloc byte[SocketCalls.MaxAddressBytes];
        SysResult length = SocketCalls.GetLocalAddress(descriptor, storage);
        return SocketAddresses.Decode(storage[..(length.IsError ? 0 : length.Value)]);
    }

    private static void BindLocal(SocketHandle socket, EndPoint local)
    {
        if (local is IPEndPoint { Port: 0 })
        {
            // The port is chosen when the other end is known, so that one local port may serve many peers (ip(7)).
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.IP_BIND_ADDRESS_NO_PORT, 1);
        }
        else if (local is IPEndPoint)
        {
            // A port of one's own choice may still be waiting out its last connection.
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.SO_REUSEADDR, 1);
        }

        ThrowIfError(SocketCalls.Bind(socket.Descriptor, SocketAddresses.Encode(local)), "bind", NetAddress.FromEndPoint(local));
    }

    private static void PrepareListening(SocketHandle socket, EndPoint endPoint, SocketOptions options)
    {
        int descriptor = socket.Descriptor;
        if (endPoint is IPEndPoint)
        {
            // A restarted server may take its port back while the old connections' last packets may still arrive.
            _ = SocketCalls.SetOption(descriptor, s_platform.SO_REUSEADDR, 1);
        }

        if (options.ReusePort)
        {
            _ = SocketCalls.SetOption(descriptor, s_platform.SO_REUSEPORT, 1);
        }

        if (endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } ip)
        {
            // [::] means every address of the machine, IPv4's too, whatever net.ipv6.bindv6only says.
            _ = SocketCalls.SetOption(descriptor, s_platform.IPV6_V6ONLY, ip.Address.Equals(IPAddress.IPv6Any) ? 0 : 1);
        }

        // Buffer sizes are inherited by accepted sockets, and the window scale is fixed in the handshake, so they must be set here (tcp(7)).
        SetBufferSizes(socket, options);
    }

    private static void SetKeepAlive(SocketHandle socket, TimeSpan idle, SocketOptions options)
    {
        _ = SocketCalls.SetOption(socket.Descriptor, s_platform.SO_KEEPALIVE, 1);
        _ = SocketCalls.SetOption(socket.Descriptor, s_platform.TCP_KEEPIDLE, WholeSeconds(idle));
        if (options.KeepAliveInterval is { } interval)
        {
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.TCP_KEEPINTVL, WholeSeconds(interval));
        }

        if (options.KeepAliveCount > 0)
        {
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.TCP_KEEPCNT, options.KeepAliveCount);
        }
    }

    // The kernel counts in seconds and takes 1 to 32767 of them (tcp(7)).
    private static int WholeSeconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, 32767);

    private static void SetBufferSizes(SocketHandle socket, SocketOptions options)
    {
        if (options.SendBufferBytes > 0)
        {
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.SO_SNDBUF, options.SendBufferBytes);
        }

        if (options.ReceiveBufferBytes > 0)
        {
            _ = SocketCalls.SetOption(socket.Descriptor, s_platform.SO_RCVBUF, options.ReceiveBufferBytes);
        }
    }

    private static SocketHandle Create(string operation, NetAddress address, EndPoint endPoint)
    {
        SysResult created = SocketCalls.CreateStream(SocketAddresses.FamilyOf(endPoint));
        ThrowIfError(created, operation, address);
        return new SocketHandle(created.Value);
    }

    private static void ThrowIfError(SysResult result, string operation, NetAddress address)
    {
        if (result.IsError)
        {
            throw new SocketOperationException(operation, address, result.Errno);
        }
    }
}
