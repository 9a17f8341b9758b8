using System.Net;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Two channels connected to each other, on no loop: the test's own thread moves their bytes.</summary>
internal sealed class ConnectedPair : IDisposable
{
    private ConnectedPair(SocketHandle near, SocketHandle far) =>
        (NearSocket, FarSocket, Near, Far) = (near, far, new StreamChannel(near, NetAddress.UnnamedUnix), new StreamChannel(far, NetAddress.UnnamedUnix));

    public SocketHandle NearSocket { get; }

    public SocketHandle FarSocket { get; }

    public StreamChannel Near { get; }

    public StreamChannel Far { get; }

    public static ConnectedPair Of(string kind, SocketOptions? options = null) => kind == "tcp" ? Tcp(options) : Unix();

    public static ConnectedPair Unix()
    {
        Assert.False(SocketCalls.CreatePair(out int near, out int far).IsError);
        return new ConnectedPair(new SocketHandle(near), new SocketHandle(far));
    }

    /// <summary>Near has dialled, far was accepted.</summary>
    public static ConnectedPair Tcp(SocketOptions? options = null)
    {
        options ??= SocketOptions.Default;
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        using SocketHandle listener = SocketFactory.Listen(NetAddress.FromEndPoint(anyPort), anyPort, options);
        NetAddress address = SocketFactory.LocalAddress(listener.Descriptor);
        SocketHandle near = SocketFactory.BeginConnect(address, new IPEndPoint(IPAddress.Loopback, address.Port), options);
        Readiness.Wait(listener.Descriptor, PollInterest.Read);
        SysResult accepted = SocketCalls.Accept(listener.Descriptor, stackalloc byte[SocketCalls.MaxAddressBytes], out _);
        Assert.False(accepted.IsError);
        SocketHandle far = new(accepted.Value);
        SocketFactory.PrepareStream(far, isTcp: true, options);
        Readiness.Wait(near.Descriptor, PollInterest.Write);
        Assert.Null(SocketFactory.ConnectError(near.Descriptor, address));
        return new ConnectedPair(near, far);
    }

    public void Dispose()
    {
        Near.Close();
        Far.Close();
    }
}
