using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>One owner, one close.</summary>
public sealed class SocketHandleSpec
{
    [Fact]
    public void Disposing_closes_the_descriptor_for_its_peer_to_see()
    {
        SocketCalls.CreatePair(out int near, out int far);
        using SocketHandle peer = new(far);
        SocketHandle socket = new(near);
        Assert.Equal((near, false, false), (socket.Descriptor, socket.IsInvalid, socket.IsClosed));
        socket.Dispose();
        Assert.True(socket.IsClosed);
        Assert.Equal(PollReadiness.HangUp, Readiness.Now(peer.Descriptor, PollInterest.None));
        socket.Dispose();
    }

    [Fact]
    public void After_disposal_there_is_no_descriptor_any_more()
    {
        // The number is free for the next socket: whoever still used it would read and write a stranger's bytes.
        SocketCalls.CreatePair(out int near, out int far);
        using SocketHandle peer = new(far);
        SocketHandle socket = new(near);
        socket.Dispose();
        Assert.Equal(-1, socket.Descriptor);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_standard_descriptors_are_never_closed(int descriptor)
    {
        bool wasOpen = File.Exists($"/proc/self/fdinfo/{descriptor}");
        new SocketHandle(descriptor).Dispose();
        Assert.Equal(wasOpen, File.Exists($"/proc/self/fdinfo/{descriptor}"));
    }
}
