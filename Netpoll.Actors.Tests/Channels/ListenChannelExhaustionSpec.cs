using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>Out of descriptors, really: the process' own limit is lowered for the length of one call.</summary>
[Collection(Alone.Name)]
public sealed class ListenChannelExhaustionSpec
{
    [Fact]
    public void C18_A_connection_that_finds_no_descriptor_waits_until_there_is_one()
    {
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        ListenChannel listener = ListenChannel.Open(NetAddress.FromEndPoint(anyPort), anyPort, SocketOptions.Default);
        try
        {
            using Socket first = Connect(listener);
            using SocketHandle? taken = AcceptOne(listener).Socket;
            Assert.NotNull(taken);

            using Socket second = Connect(listener);
            AcceptResult refused = DescriptorLimit.None(listener.Accept);
            Assert.Equal(Errno.EMFILE, refused.ErrorNumber);
            Assert.True(refused.IsExhausted);
            Assert.Null(refused.Socket);

            using SocketHandle? takenLater = AcceptOne(listener).Socket;
            Assert.NotNull(takenLater);
        }
        finally
        {
            listener.Close();
        }
    }

    [Fact]
    public void Without_descriptors_listening_and_dialling_fail_with_that_reason()
    {
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        NetAddress address = NetAddress.FromEndPoint(anyPort);
        ErrorOf(() => SocketFactory.Listen(NetAddress.Parse("tcp://192.0.2.1:0"), new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), SocketOptions.Default));
        SocketOperationException? listening = DescriptorLimit.None(() => ErrorOf(() => SocketFactory.Listen(address, anyPort, SocketOptions.Default)));
        SocketOperationException? dialling = DescriptorLimit.None(() => ErrorOf(() => SocketFactory.BeginConnect(address, anyPort, SocketOptions.Default)));
        Assert.Equal((Errno.EMFILE, SocketError.TooManyOpenSockets), (listening?.ErrorNumber, listening?.SocketErrorCode));
        Assert.Equal((Errno.EMFILE, SocketError.TooManyOpenSockets), (dialling?.ErrorNumber, dialling?.SocketErrorCode));
    }

    private static SocketOperationException? ErrorOf(Func<SocketHandle> open)
    {
        try
        {
            open().Dispose();
            return null;
        }
        catch (SocketOperationException error)
        {
            return error;
        }
    }

    private static AcceptResult AcceptOne(ListenChannel listener)
    {
        SpinWait spin = default;
        while (true)
        {
            AcceptResult result = listener.Accept();
            if (!result.WouldBlock)
            {
                return result;
            }

            spin.SpinOnce();
        }
    }

    private static Socket Connect(ListenChannel listener)
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, listener.LocalAddress.Port);
        return client;
    }
}
