using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>A wake-up costs a system call: the loop gets one when it is parked and has none coming, and never else.</summary>
public sealed class EventLoopWakeUpSpec : IAsyncLifetime
{
    private readonly ScriptedPoller _poller = new();
    private readonly TestLoop _loop;

    public EventLoopWakeUpSpec() => _loop = new TestLoop(poller: _poller);

    public Task InitializeAsync()
    {
        _poller.UntilParked();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _poller.ReleaseWakeUps();
        await _loop.DisposeAsync();
        _poller.Dispose();
    }

    [Fact]
    public void A_loop_with_nothing_to_do_waits_without_limit_and_is_left_alone() =>
        Assert.Equal((0, -1), (_poller.WakeUps, Assert.Single(_poller.Timeouts)));

    [Fact]
    public async Task Work_for_a_parked_loop_wakes_it_once()
    {
        await _loop.RunAsync(() => { });
        Assert.Equal(1, _poller.WakeUps);
        _poller.UntilParked();
        await _loop.RunAsync(() => { });
        Assert.Equal(2, _poller.WakeUps);
    }

    [Fact]
    public async Task Work_for_a_loop_that_is_busy_wakes_nobody()
    {
        using SemaphoreSlim isBusy = new(0);
        using SemaphoreSlim mayGoOn = new(0);
        _loop.Loop.Execute(() =>
        {
            isBusy.Release();
            mayGoOn.Wait(Eventually.Patience);
        });
        await isBusy.WaitAsync(Eventually.Patience);
        int ran = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _loop.Loop.Execute(() => ran++);
            }
        }))).InTime();
        Task last = _loop.RunAsync(() => { });
        mayGoOn.Release();
        await last;
        _poller.UntilParked();
        Assert.Equal((1, 4000), (_poller.WakeUps, ran));
    }

    [Fact]
    public async Task Work_for_a_loop_that_has_been_woken_but_is_not_yet_back_wakes_it_no_second_time()
    {
        _poller.HoldWakeUps();
        Task first = _loop.RunAsync(() => { });
        Task[] more = [.. Enumerable.Range(0, 100).Select(_ => _loop.RunAsync(() => { }))];
        Assert.Equal(1, _poller.WakeUps);
        _poller.ReleaseWakeUps();
        await Task.WhenAll([first, .. more]);
        Assert.Equal(1, _poller.WakeUps);
    }

    [Fact]
    public async Task The_loops_own_work_wakes_nobody()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = 5000;
        void Again()
        {
            if (--left > 0)
            {
                _loop.Loop.Execute(Again);
            }
            else
            {
                done.SetResult();
            }
        }

        _loop.Loop.Execute(Again);
        await done.Task.InTime();
        Assert.Equal(1, _poller.WakeUps);
    }

    [Fact]
    public async Task A_loop_that_an_event_woke_takes_work_without_a_further_wake_up()
    {
        _poller.Elapse();
        _poller.UntilParked();
        Assert.Equal([-1, -1], _poller.Timeouts);
        await _loop.RunAsync(() => { });
        Assert.Equal(1, _poller.WakeUps);
    }

    [Fact]
    public async Task A_loop_with_a_timer_waits_no_longer_than_until_it_is_due()
    {
        await _loop.RunAsync(() => _loop.Loop.Schedule(new IdleTimer(), TimeSpan.FromHours(1)));
        _poller.UntilParked();
        Assert.InRange(_poller.Timeouts[^1], 1, (60 * 60 * 1000) + 2);
    }

    [Fact]
    public async Task Work_that_a_full_round_left_over_is_not_slept_upon()
    {
        ScriptedPoller poller = new();
        await using TestLoop loop = new(new EventLoopOptions { MaxWorkItemsPerRound = 10 }, poller);
        poller.UntilParked();
        int ran = 0;
        await loop.RunAsync(() =>
        {
            for (int i = 0; i < 95; i++)
            {
                loop.Loop.Execute(() => ran++);
            }
        });
        poller.UntilParked();
        Assert.Equal(95, ran);

        // One item made the others, so the first round ran 1 + 9 of 96; each of the other nine was preceded by a look at the sockets.
        Assert.Equal([-1, .. Enumerable.Repeat(0, 9), -1], poller.Timeouts);
        Assert.Equal(1, poller.WakeUps);
        poller.Dispose();
    }

    private sealed class IdleTimer : LoopTimer
    {
        protected internal override void OnDue()
        {
        }
    }
}
