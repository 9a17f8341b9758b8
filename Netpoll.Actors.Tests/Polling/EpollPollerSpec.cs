using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>The specification of pollers, on <c>epoll(7)</c>, and what only epoll does: it forgets what is closed.</summary>
public sealed class EpollPollerSpec() : PollerSpec(PollerBackend.Epoll)
{
    private readonly PollEvent[] _events = new PollEvent[4];

    [Fact]
    public void C38_Closing_the_own_end_gives_no_event()
    {
        using EpollPoller poller = new(4);
        using ConnectedPair pair = ConnectedPair.Unix();
        Assert.False(poller.Add(pair.NearSocket.Descriptor, PollInterest.Read, 1).IsError);
        pair.Near.Close();
        Assert.Equal(0, poller.Wait(_events, 0));
    }

    [SkippableFact]
    public void C40_A_number_that_is_used_again_may_be_added_though_nobody_removed_it()
    {
        using EpollPoller poller = new(4);
        using ConnectedPair pair = ConnectedPair.Unix();
        int number = pair.NearSocket.Descriptor;
        Assert.False(poller.Add(number, PollInterest.Write, 1).IsError);
        pair.Near.Close();
        using SocketHandle again = TakeNumber(number);
        Assert.False(poller.Add(number, PollInterest.Write, 2).IsError);
        Assert.Equal(1, poller.Wait(_events, 0));
        Assert.Equal(2UL, _events[0].Token);
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_refused()
    {
        using EpollPoller poller = new(4);
        Assert.Equal(Errno.EBADF, poller.Add(int.MaxValue, PollInterest.Read, 1).Errno);
    }
}
