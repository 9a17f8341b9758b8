using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>
/// What epoll reports. The numbers in the names are those of the conformance table, whose edge-triggered cases are told here as what
/// they are for level-triggered readiness.
/// </summary>
public sealed class EpollPollerSpec : IDisposable
{
    private readonly EpollPoller _poller = new(16);
    private readonly ConnectedPair _pair = ConnectedPair.Unix();
    private readonly PollEvent[] _events = new PollEvent[16];

    private int Near => _pair.NearSocket.Descriptor;

    public void Dispose()
    {
        _pair.Dispose();
        _poller.Dispose();
    }

    [Fact]
    public void C36_The_token_of_an_event_is_the_one_that_was_registered_last()
    {
        _pair.FarSocket.SendByte();
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        Assert.Equal([new PollEvent(1, PollReadiness.Readable)], Poll());

        Ok(_poller.Modify(Near, PollInterest.Read, 2));
        Ok(_poller.Modify(Near, PollInterest.Read, 3));
        Assert.Equal([new PollEvent(3, PollReadiness.Readable)], Poll());

        Ok(_poller.Remove(Near));
        Assert.Empty(Poll());
        Ok(_poller.Add(Near, PollInterest.Read, 4));
        Assert.Equal([new PollEvent(4, PollReadiness.Readable)], Poll());
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xFFFF_FFFF_0000_0000UL)]
    [InlineData(0x1234_5678_9ABC_DEF0UL)]
    [InlineData(ulong.MaxValue - 1)]
    public void All_64_bits_of_a_token_come_back(ulong token)
    {
        Ok(_poller.Add(Near, PollInterest.Write, token));
        Assert.Equal([new PollEvent(token, PollReadiness.Writable)], Poll());
    }

    [Fact]
    public void C37_Readiness_follows_the_socket()
    {
        Ok(_poller.Add(Near, PollInterest.Read | PollInterest.Write, 1));
        Assert.Equal(PollReadiness.Writable, PollOnly());

        _pair.FarSocket.SendByte();
        Assert.Equal(PollReadiness.Readable | PollReadiness.Writable, PollOnly());
        Assert.Equal(PollReadiness.Readable | PollReadiness.Writable, PollOnly());

        _pair.NearSocket.ReceiveAll();
        Assert.Equal(PollReadiness.Writable, PollOnly());

        _pair.Far.ShutdownWrite();
        Assert.Equal(PollReadiness.Readable | PollReadiness.Writable, PollOnly());

        _pair.Far.Close();
        Assert.Equal(PollReadiness.Readable | PollReadiness.Writable | PollReadiness.HangUp, PollOnly());
    }

    [Fact]
    public void C37_A_full_socket_is_not_writable_until_its_peer_has_read()
    {
        Ok(_poller.Add(Near, PollInterest.Write, 1));
        _pair.NearSocket.Fill();
        Assert.Empty(Poll());
        _pair.FarSocket.ReceiveAll();
        Assert.Equal(PollReadiness.Writable, PollOnly());
    }

    [Fact]
    public void C38_Closing_the_own_end_gives_no_event_and_closing_the_peer_gives_all_until_it_is_dealt_with()
    {
        using ConnectedPair other = ConnectedPair.Unix();
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        Ok(_poller.Add(other.NearSocket.Descriptor, PollInterest.Read, 2));
        other.Near.Close();
        Assert.Empty(Poll());

        _pair.Far.Close();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([new PollEvent(1, PollReadiness.Readable | PollReadiness.HangUp)], Poll());
        }
    }

    [Fact]
    public void A_reset_is_a_hang_up_that_can_be_read()
    {
        using ConnectedPair tcp = ConnectedPair.Tcp();
        Ok(_poller.Add(tcp.NearSocket.Descriptor, PollInterest.Read, 1));
        tcp.Far.Abort();
        Assert.Equal(PollReadiness.Readable | PollReadiness.HangUp, PollOnly());
    }

    [Fact]
    public void C39_What_is_removed_is_not_reported_whatever_happens_to_it()
    {
        Ok(_poller.Add(Near, PollInterest.Read | PollInterest.Write, 1));
        Ok(_poller.Remove(Near));
        _pair.FarSocket.SendByte();
        Assert.Empty(Poll());
        _pair.Far.Close();
        Assert.Empty(Poll());
        Assert.Equal(Errno.ENOENT, _poller.Remove(Near).Errno);
        Assert.Equal(Errno.ENOENT, _poller.Modify(Near, PollInterest.Read, 1).Errno);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void C40_A_descriptor_number_that_is_used_again_reports_its_new_token(bool isRemovedFirst)
    {
        Ok(_poller.Add(Near, PollInterest.Read | PollInterest.Write, 1));
        int number = Near;
        if (isRemovedFirst)
        {
            Ok(_poller.Remove(Near));
        }

        _pair.Near.Close();
        using SocketHandle again = TakeNumber(number);
        Ok(_poller.Add(number, PollInterest.Write, 2));
        Assert.Equal(2UL, Assert.Single(Poll()).Token);
    }

    [Fact]
    public void Nobody_is_registered_twice()
    {
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        Assert.Equal(Errno.EEXIST, _poller.Add(Near, PollInterest.Read, 2).Errno);
        Assert.Equal(Errno.EBADF, _poller.Add(-1, PollInterest.Read, 3).Errno);
    }

    [Fact]
    public void Interest_in_nothing_hears_of_nothing_but_the_end()
    {
        Ok(_poller.Add(Near, PollInterest.None, 1));
        _pair.FarSocket.SendByte();
        Assert.Empty(Poll());
        _pair.Far.ShutdownWrite();
        Assert.Empty(Poll());
        _pair.Far.Close();
        Assert.Equal(PollReadiness.HangUp, PollOnly());
    }

    [Fact]
    public void C76_Interest_changes_take_effect_at_once()
    {
        _pair.FarSocket.SendByte();
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        Assert.Equal(PollReadiness.Readable, PollOnly());
        Ok(_poller.Modify(Near, PollInterest.Write, 1));
        Assert.Equal(PollReadiness.Writable, PollOnly());
        Ok(_poller.Modify(Near, PollInterest.Read | PollInterest.Write, 1));
        Assert.Equal(PollReadiness.Readable | PollReadiness.Writable, PollOnly());
        Ok(_poller.Modify(Near, PollInterest.None, 1));
        Assert.Empty(Poll());
    }

    [Fact]
    public void More_events_than_fit_are_reported_by_the_next_waits()
    {
        using EpollPoller narrow = new(2);
        List<ConnectedPair> pairs = [];
        try
        {
            for (ulong token = 0; token < 5; token++)
            {
                pairs.Add(ConnectedPair.Unix());
                Ok(narrow.Add(pairs[^1].NearSocket.Descriptor, PollInterest.Write, token));
            }

            HashSet<ulong> seen = [];
            for (int wait = 0; wait < 5; wait++)
            {
                int ready = narrow.Wait(_events, 0);
                Assert.InRange(ready, 1, 2);
                seen.UnionWith(_events[..ready].Select(ready => ready.Token));
            }

            Assert.Equal(5, seen.Count);
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    [Fact]
    public async Task C75_A_wake_up_ends_the_wait_of_another_thread()
    {
        Task<int> waiting = Task.Factory.StartNew(
            () => _poller.Wait(_events, -1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _poller.Wake();
        Assert.Equal(0, await waiting.InTime());
    }

    [Fact]
    public void A_wake_up_before_the_wait_is_not_lost()
    {
        _poller.Wake();
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [Fact]
    public void Any_number_of_wake_ups_ends_one_wait_and_hides_no_event()
    {
        for (int i = 0; i < 1000; i++)
        {
            _poller.Wake();
        }

        Ok(_poller.Add(Near, PollInterest.Write, 1));
        PollEvent[] first = Poll();
        Assert.Equal([new PollEvent(1, PollReadiness.Writable)], first.Length > 0 ? first : Poll());
        Ok(_poller.Modify(Near, PollInterest.None, 1));

        // Nothing is left: a wait with a little time uses it up instead of coming back at once for ever.
        Assert.Equal(0, _poller.Wait(_events, 1));
        _poller.Wake();
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [Fact]
    public void A_wake_up_takes_no_events_place_for_good()
    {
        using EpollPoller single = new(1);
        Ok(single.Add(Near, PollInterest.Write, 7));
        single.Wake();
        int found = single.Wait(_events, 0) + single.Wait(_events, 0);
        Assert.InRange(found, 1, 2);
        Assert.Equal(7UL, _events[0].Token);
    }

    [Fact]
    public void C77_A_wake_up_after_the_end_does_nothing()
    {
        // A thread that has put work in a loop's inbox may come to wake the loop only after that has taken the work, stopped, and closed
        // its poller: by then the number of the event descriptor may be a stranger's socket.
        EpollPoller closed = new(1);
        closed.Dispose();
        closed.Wake();
        closed.Dispose();
    }

    private static void Ok(SysResult result) => Assert.Equal(0, result.Errno);

    /// <summary>A new socket under a number that is free, whatever else the process opens meanwhile.</summary>
    private static SocketHandle TakeNumber(int number)
    {
        List<SocketHandle> others = [];
        try
        {
            while (true)
            {
                Ok(SocketCalls.CreatePair(out int first, out int second));
                SocketHandle[] pair = [new(first), new(second)];
                SocketHandle? wanted = pair.FirstOrDefault(socket => socket.Descriptor == number);
                others.AddRange(pair.Where(socket => socket != wanted));
                if (wanted is not null)
                {
                    return wanted;
                }

                Skip.If(others.Count > 2000, "Another test took the number.");
            }
        }
        finally
        {
            others.ForEach(socket => socket.Dispose());
        }
    }

    private PollReadiness PollOnly() => Assert.Single(Poll()).Readiness;

    private PollEvent[] Poll() => _events[.._poller.Wait(_events, 0)];
}
