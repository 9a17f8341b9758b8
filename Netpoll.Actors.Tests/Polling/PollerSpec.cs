using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>
/// What every poller does (see <see cref="IPoller"/>): each backend derives a class from this one. The numbers in the names are those of the
/// conformance table, whose edge-triggered cases are told here as what they are for level-triggered readiness.
/// </summary>
public abstract class PollerSpec : IDisposable
{
    private readonly PollerBackend _backend;
    private readonly IPoller _poller;
    private readonly ConnectedPair _pair = ConnectedPair.Unix();
    private readonly PollEvent[] _events = new PollEvent[16];

    protected PollerSpec(PollerBackend backend)
    {
        _backend = backend;
        _poller = Create(16);
    }

    private int Near => _pair.NearSocket.Descriptor;

    public void Dispose()
    {
        _pair.Dispose();
        _poller.Dispose();
        GC.SuppressFinalize(this);
    }

    [SkippableFact]
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

    [SkippableTheory]
    [InlineData(0UL)]
    [InlineData(0xFFFF_FFFF_0000_0000UL)]
    [InlineData(0x1234_5678_9ABC_DEF0UL)]
    [InlineData(ulong.MaxValue - 1)]
    public void All_64_bits_of_a_token_come_back(ulong token)
    {
        Ok(_poller.Add(Near, PollInterest.Write, token));
        Assert.Equal([new PollEvent(token, PollReadiness.Writable)], Poll());
    }

    [SkippableFact]
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

    [SkippableFact]
    public void C37_A_full_socket_is_not_writable_until_its_peer_has_read()
    {
        Ok(_poller.Add(Near, PollInterest.Write, 1));
        _pair.NearSocket.Fill();
        Assert.Empty(Poll());
        _pair.FarSocket.ReceiveAll();
        Assert.Equal(PollReadiness.Writable, PollOnly());
    }

    [SkippableFact]
    public void C38_The_peers_end_is_told_until_it_is_dealt_with()
    {
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        _pair.Far.Close();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([new PollEvent(1, PollReadiness.Readable | PollReadiness.HangUp)], Poll());
        }
    }

    [SkippableFact]
    public void A_reset_is_a_hang_up_that_can_be_read()
    {
        using ConnectedPair tcp = ConnectedPair.Tcp();
        Ok(_poller.Add(tcp.NearSocket.Descriptor, PollInterest.Read, 1));
        tcp.Far.Abort();

        // A busy kernel brings it a moment later.
        Readiness.Wait(tcp.NearSocket.Descriptor, PollInterest.Read);
        Assert.Equal(PollReadiness.Readable | PollReadiness.HangUp, PollOnly());
    }

    [SkippableFact]
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

    [SkippableFact]
    public void C40_A_descriptor_number_that_is_used_again_reports_its_new_token()
    {
        Ok(_poller.Add(Near, PollInterest.Read | PollInterest.Write, 1));
        int number = Near;
        Ok(_poller.Remove(Near));
        _pair.Near.Close();
        using SocketHandle again = TakeNumber(number);
        Ok(_poller.Add(number, PollInterest.Write, 2));
        Assert.Equal(2UL, Assert.Single(Poll()).Token);
    }

    [SkippableFact]
    public void Nobody_is_registered_twice()
    {
        Ok(_poller.Add(Near, PollInterest.Read, 1));
        Assert.Equal(Errno.EEXIST, _poller.Add(Near, PollInterest.Read, 2).Errno);
        Assert.Equal(Errno.EBADF, _poller.Add(-1, PollInterest.Read, 3).Errno);
        _pair.FarSocket.SendByte();
        Assert.Equal([new PollEvent(1, PollReadiness.Readable)], Poll());
    }

    [SkippableFact]
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

    [SkippableFact]
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

    [SkippableFact]
    public void More_events_than_fit_are_reported_by_the_next_waits()
    {
        using IPoller narrow = Create(2);
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
                int ready = narrow.Wait(_events.AsSpan(0, 2), 0);
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

    [SkippableFact]
    public async Task C75_A_wake_up_ends_the_wait_of_another_thread()
    {
        // A poller of that thread's own: all but the waking is for the thread that waits.
        TaskCompletionSource<IPoller> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> ended = Task.Factory.StartNew(
            () =>
            {
                using IPoller poller = Create(4);
                waiting.SetResult(poller);
                return poller.Wait(new PollEvent[4], -1);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        (await waiting.Task.InTime()).Wake();
        Assert.Equal(0, await ended.InTime());
    }

    [SkippableFact]
    public void A_wake_up_before_the_wait_is_not_lost()
    {
        _poller.Wake();
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [SkippableFact]
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

    [SkippableFact]
    public void A_wake_up_takes_no_events_place_for_good()
    {
        using IPoller single = Create(1);
        Ok(single.Add(Near, PollInterest.Write, 7));
        single.Wake();
        Span<PollEvent> one = _events.AsSpan(0, 1);
        int found = single.Wait(one, 0) + single.Wait(one, 0);
        Assert.InRange(found, 1, 2);
        Assert.Equal(7UL, _events[0].Token);
    }

    [SkippableFact]
    public void C77_A_wake_up_after_the_end_does_nothing()
    {
        // A thread that has put work in a loop's inbox may come to wake the loop only after that has taken the work, stopped, and closed
        // its poller: by then the number of the event descriptor may be a stranger's socket.
        IPoller closed = Create(1);
        closed.Dispose();
        closed.Wake();
        closed.Dispose();
    }

    [SkippableFact]
    public void Of_many_sockets_just_the_ready_ones_are_reported()
    {
        const int Pairs = 500;
        List<ConnectedPair> pairs = [];
        try
        {
            for (ulong token = 0; token < Pairs; token++)
            {
                pairs.Add(ConnectedPair.Unix());
                Ok(_poller.Add(pairs[^1].NearSocket.Descriptor, PollInterest.Read, token));
            }

            HashSet<ulong> expected = [];
            for (int i = 0; i < Pairs; i += 7)
            {
                pairs[i].FarSocket.SendByte();
                expected.Add((ulong)i);
            }

            HashSet<ulong> seen = [];
            for (int wait = 0; wait < Pairs && seen.Count < expected.Count; wait++)
            {
                Assert.All(Poll(), ready => Assert.Equal(PollReadiness.Readable, ready.Readiness));
                seen.UnionWith(_events[.._poller.Wait(_events, 0)].Select(ready => ready.Token));
            }

            Assert.Equal(expected, seen);
            foreach (ConnectedPair pair in pairs)
            {
                Ok(_poller.Remove(pair.NearSocket.Descriptor));
            }

            Assert.Empty(Poll());
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    private IPoller Create(int maxEvents) => TestBackend.Create(_backend, maxEvents);

    private static void Ok(SysResult result) => Assert.Equal(0, result.Errno);

    /// <summary>A new socket under a number that is free, whatever else the process opens meanwhile.</summary>
    private protected static SocketHandle TakeNumber(int number)
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
