using System.ComponentModel;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Kqueues;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>
/// How the poller uses a kqueue: which filters it registers, what it makes of what they tell, and in how many calls. The kqueue is scripted, so this
/// runs everywhere, with the layout of either system.
/// </summary>
public sealed class KqueueFiltersSpec : IDisposable
{
    private const short Read = Kqueue.EVFILT_READ;
    private const short Write = Kqueue.EVFILT_WRITE;

    private readonly PollEvent[] _events = new PollEvent[8];
    private readonly List<KqueuePoller> _pollers = [];

    public static TheoryData<string> Systems => new("macOS", "FreeBSD");

    public void Dispose() => _pollers.ForEach(poller => poller.Dispose());

    [Theory]
    [MemberData(nameof(Systems))]
    public void Interest_is_one_level_triggered_filter_for_each_direction(string system)
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make(system);
        Ok(poller.Add(5, PollInterest.Read, 1));
        Ok(poller.Add(6, PollInterest.Write, 2));
        Ok(poller.Add(7, PollInterest.Read | PollInterest.Write, 3));
        Assert.Equal(["5:read:0", "6:write:0", "7:read:0", "7:write:0"], kqueue.Registered);
        Ok(poller.Remove(7));
        Assert.Equal(["5:read:0", "6:write:0"], kqueue.Registered);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void Both_directions_of_a_socket_are_one_event(string system)
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make(system);
        Ok(poller.Add(5, PollInterest.Read | PollInterest.Write, 1));
        Ok(poller.Add(6, PollInterest.Read, 2));
        kqueue.Set(5, Read, isReady: true);
        kqueue.Set(6, Read, isReady: true);
        kqueue.Set(5, Write, isReady: true);
        Assert.Equal(
            [new PollEvent(1, PollReadiness.Readable | PollReadiness.Writable), new PollEvent(2, PollReadiness.Readable)],
            Wait(poller).OrderBy(ready => ready.Token));
    }

    [Fact]
    public void A_change_of_interest_costs_no_call_of_its_own()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        Ok(poller.Add(5, PollInterest.Read, 1));
        int calls = kqueue.Calls;
        Ok(poller.Modify(5, PollInterest.Read | PollInterest.Write, 1));
        Ok(poller.Modify(5, PollInterest.Write, 1));
        Ok(poller.Modify(5, PollInterest.Write, 2));
        Assert.Equal(calls, kqueue.Calls);
        kqueue.Set(5, Read, isReady: true);
        kqueue.Set(5, Write, isReady: true);
        Assert.Equal([new PollEvent(2, PollReadiness.Writable)], Wait(poller));
        Assert.Equal(calls + 1, kqueue.Calls);
        Assert.Equal(["5:write:0"], kqueue.Registered);
    }

    [Fact]
    public void Interest_that_comes_and_goes_between_two_waits_never_reaches_the_kernel()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("FreeBSD");
        Ok(poller.Add(5, PollInterest.Read, 1));
        Ok(poller.Modify(5, PollInterest.None, 1));
        Ok(poller.Modify(5, PollInterest.Read, 1));
        Assert.Empty(Wait(poller));
        Assert.Equal(["5:read:0"], kqueue.Registered);

        Ok(poller.Modify(5, PollInterest.Write, 1));
        Ok(poller.Remove(5));
        Assert.Empty(Wait(poller));
        Assert.Empty(kqueue.Registered);
    }

    [Fact]
    public void More_changes_than_fit_into_one_call_are_all_made()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        for (int descriptor = 10; descriptor < 1010; descriptor++)
        {
            Ok(poller.Add(descriptor, PollInterest.Read, (ulong)descriptor));
            Ok(poller.Modify(descriptor, PollInterest.Read | PollInterest.Write, (ulong)descriptor));
        }

        Assert.Empty(Wait(poller));
        Assert.Equal(2000, kqueue.Registered.Count());
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_end_of_reading_alone_is_no_hang_up(string system)
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make(system);
        Ok(poller.Add(5, PollInterest.Read, 1));
        kqueue.Set(5, Read, isEnded: true);
        kqueue.Set(5, Write, isReady: true);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([new PollEvent(1, PollReadiness.Readable)], Wait(poller));
        }
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_end_of_both_is_told_at_once_and_until_it_is_dealt_with(string system)
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make(system);
        Ok(poller.Add(5, PollInterest.Read, 1));
        kqueue.Set(5, Read, isEnded: true);
        kqueue.Set(5, Write, isEnded: true);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([new PollEvent(1, PollReadiness.Readable | PollReadiness.HangUp)], Wait(poller));
        }

        // Nobody reads any more: it is still told.
        Ok(poller.Modify(5, PollInterest.None, 1));
        Assert.Equal([new PollEvent(1, PollReadiness.HangUp)], Wait(poller));
        Assert.Equal([new PollEvent(1, PollReadiness.HangUp)], Wait(poller));
    }

    [Fact]
    public void A_half_closed_peer_that_goes_later_is_a_hang_up_then()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        Ok(poller.Add(5, PollInterest.Read, 1));
        kqueue.Set(5, Read, isEnded: true);
        kqueue.Set(5, Write, isReady: true);
        Assert.Equal([new PollEvent(1, PollReadiness.Readable)], Wait(poller));

        Ok(poller.Modify(5, PollInterest.None, 1));
        Assert.Empty(Wait(poller));
        kqueue.Set(5, Write, isEnded: true);
        Assert.Equal([new PollEvent(1, PollReadiness.HangUp)], Wait(poller));
    }

    [Fact]
    public void Our_own_end_of_sending_is_no_hang_up_before_the_peer_ends_too()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("FreeBSD");
        Ok(poller.Add(5, PollInterest.None, 1));
        kqueue.Set(5, Write, isEnded: true);
        Assert.Empty(Wait(poller));
        kqueue.Set(5, Read, isReady: true);
        Assert.Empty(Wait(poller));
        kqueue.Set(5, Read, isEnded: true);
        Assert.Equal([new PollEvent(1, PollReadiness.HangUp)], Wait(poller));
    }

    [Fact]
    public void Who_only_writes_hears_of_the_end_of_both()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        Ok(poller.Add(5, PollInterest.Write, 1));
        kqueue.Set(5, Read, isReady: true);
        kqueue.Set(5, Write, isEnded: true);
        Assert.Equal([new PollEvent(1, PollReadiness.Writable)], Wait(poller));
        kqueue.Set(5, Read, isEnded: true);
        Assert.Equal(PollReadiness.Writable | PollReadiness.HangUp, Assert.Single(Wait(poller)).Readiness);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void A_failure_is_a_hang_up_by_itself(string system)
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make(system);
        Ok(poller.Add(5, PollInterest.Write, 1));
        kqueue.Set(5, Write, isEnded: true, error: 61);
        Assert.Equal([new PollEvent(1, PollReadiness.Writable | PollReadiness.HangUp)], Wait(poller));
    }

    [Fact]
    public void Who_is_interested_in_nothing_is_woken_by_no_bytes()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        Ok(poller.Add(5, PollInterest.None, 1));
        Assert.Equal(["5:write:20"], kqueue.Registered);
        kqueue.Set(5, Read, isReady: true);
        kqueue.Set(5, Write, isReady: true);
        Assert.Empty(Wait(poller));
        int calls = kqueue.Calls;
        Assert.Empty(Wait(poller));
        Assert.Equal(calls + 1, kqueue.Calls);
    }

    [Fact]
    public void An_end_that_found_no_room_is_told_by_the_next_wait()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("FreeBSD");
        for (int descriptor = 5; descriptor < 9; descriptor++)
        {
            Ok(poller.Add(descriptor, PollInterest.None, (ulong)descriptor));
            kqueue.Set(descriptor, Write, isEnded: true);
            kqueue.Set(descriptor, Read, isEnded: true);
        }

        HashSet<ulong> seen = [];
        for (int wait = 0; wait < 8 && seen.Count < 4; wait++)
        {
            int ready = poller.Wait(_events.AsSpan(0, 1), 0);
            if (ready > 0)
            {
                Assert.Equal(PollReadiness.HangUp, _events[0].Readiness);
                seen.Add(_events[0].Token);
                Ok(poller.Remove((int)_events[0].Token));
            }
        }

        Assert.Equal(4, seen.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wake_up_is_no_event_and_is_told_once(bool hasUserEvents)
    {
        ScriptedKqueue kqueue = new(KeventLayout.MacOS) { HasUserEvents = hasUserEvents };
        using KqueuePoller poller = new(kqueue, 8);
        if (hasUserEvents)
        {
            Assert.Empty(kqueue.Registered);
        }
        else
        {
            // The pipe's end, which is readable once the byte is written.
            string pipe = Assert.Single(kqueue.Registered);
            Assert.EndsWith(":read:0", pipe, StringComparison.Ordinal);
            kqueue.Set(int.Parse(pipe[..pipe.IndexOf(':', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture), Read, isReady: true);
        }

        poller.Wake();
        Assert.Empty(Wait(poller));
        Assert.Empty(Wait(poller));
    }

    [Fact]
    public void A_change_that_fails_is_a_bug_and_is_told_with_its_number()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("macOS");
        Ok(poller.Add(5, PollInterest.Read, 1));

        // The kernel forgets the filters of a descriptor that is closed.
        KeventLayout layout = kqueue.Layout;
        using KeventList delete = new(layout, 1);
        delete.Add(new Kevent(5, Read, Kqueue.EV_DELETE));
        unsafe
        {
            Ok(kqueue.Control(0, delete.Pointer, 1, null, 0, 0));
        }

        Assert.Equal(Errno.ENOENT, poller.Remove(5).Errno);
        Ok(poller.Add(5, PollInterest.Read, 1));
        unsafe
        {
            Ok(kqueue.Control(0, delete.Pointer, 1, null, 0, 0));
        }

        Ok(poller.Modify(5, PollInterest.Write, 1));
        Assert.Equal(Errno.ENOENT, Assert.Throws<Win32Exception>(() => Wait(poller)).NativeErrorCode);
    }

    [Fact]
    public void The_time_to_wait_is_handed_on_and_a_second_look_does_not_wait()
    {
        (ScriptedKqueue kqueue, KqueuePoller poller) = Make("FreeBSD");
        Ok(poller.Add(5, PollInterest.Read, 1));
        poller.Wait(_events, -1);
        kqueue.Set(5, Read, isEnded: true);
        kqueue.Set(5, Write, isEnded: true);
        poller.Wait(_events, 250);
        Assert.Equal([-1, 250, 0], kqueue.Timeouts);
    }

    private (ScriptedKqueue Kqueue, KqueuePoller Poller) Make(string system)
    {
        ScriptedKqueue kqueue = new(system == "macOS" ? KeventLayout.MacOS : KeventLayout.FreeBsd);
        _pollers.Add(new KqueuePoller(kqueue, 8));
        return (kqueue, _pollers[^1]);
    }

    private static void Ok(SysResult result) => Assert.Equal(0, result.Errno);

    private PollEvent[] Wait(KqueuePoller poller) => _events[..poller.Wait(_events, 0)];
}
