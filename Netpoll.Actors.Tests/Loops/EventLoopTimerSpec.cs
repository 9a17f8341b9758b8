using System.Diagnostics;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Timers on the loop's own clock: late is the machine's affair, early is a bug.</summary>
public sealed class EventLoopTimerSpec : IAsyncLifetime
{
    private readonly TestLoop _loop = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task No_timer_is_early_and_none_is_forgotten()
    {
        TimeSpan[] delays = [.. Enumerable.Range(0, 200).Select(i => TimeSpan.FromMilliseconds(i * 0.37))];
        Probe[] probes = await _loop.RunAsync(() => Array.ConvertAll(delays, delay => Probe.Schedule(_loop, delay)));
        foreach (Probe probe in probes)
        {
            TimeSpan elapsed = await probe.Due.InTime();
            Assert.True(elapsed >= probe.Delay, $"{elapsed} of {probe.Delay}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-1000)]
    public async Task A_time_that_is_over_already_comes_due_soon_and_not_at_once(int millis)
    {
        Probe probe = await _loop.RunAsync(() =>
        {
            Probe scheduled = Probe.Schedule(_loop, TimeSpan.FromMilliseconds(millis));
            Assert.False(scheduled.Due.IsCompleted);
            Assert.True(scheduled.IsScheduled);
            return scheduled;
        });
        await probe.Due.InTime();
        Assert.False(await _loop.RunAsync(() => probe.IsScheduled));
    }

    [Fact]
    public async Task Scheduling_again_moves_a_timer_and_cancelling_twice_is_harmless()
    {
        Probe cancelled = await _loop.RunAsync(() => Probe.Schedule(_loop, TimeSpan.FromMilliseconds(1)));
        Probe moved = await _loop.RunAsync(() =>
        {
            _loop.Loop.Cancel(cancelled);
            _loop.Loop.Cancel(cancelled);
            Probe scheduled = Probe.Schedule(_loop, TimeSpan.FromDays(1));
            _loop.Loop.Schedule(scheduled, TimeSpan.FromMilliseconds(2));
            return scheduled;
        });
        await moved.Due.InTime();
        Assert.False(await _loop.RunAsync(() => cancelled.IsScheduled));
    }

    [Fact]
    public async Task A_timer_that_is_not_due_when_its_loop_ends_is_dropped()
    {
        TestLoop ending = new();
        Probe probe = await ending.RunAsync(() => Probe.Schedule(ending, TimeSpan.FromMilliseconds(1) + Eventually.Patience));
        await ending.DisposeAsync();
        Assert.False(probe.Due.IsCompleted);
    }

    [Fact]
    public async Task A_timer_of_centuries_costs_the_loop_nothing()
    {
        Probe far = await _loop.RunAsync(() => Probe.Schedule(_loop, TimeSpan.MaxValue));
        Probe near = await _loop.RunAsync(() => Probe.Schedule(_loop, TimeSpan.FromMilliseconds(3)));
        await near.Due.InTime();
        await _loop.RunAsync(() =>
        {
            Assert.True(far.IsScheduled);
            _loop.Loop.Cancel(far);
        });
    }

    [Fact]
    public async Task A_timer_may_schedule_itself_and_give_the_loop_work()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int ticks = 0;
        Ticker? ticker = null;
        ticker = new Ticker(() =>
        {
            if (++ticks < 5)
            {
                _loop.Loop.Schedule(ticker!, TimeSpan.Zero);
            }
            else
            {
                _loop.Loop.Execute(done.SetResult);
            }
        });
        await _loop.RunAsync(() => _loop.Loop.Schedule(ticker, TimeSpan.Zero));
        await done.Task.InTime();
        Assert.Equal(5, ticks);
    }

    private sealed class Ticker(Action tick) : LoopTimer
    {
        protected internal override void OnDue() => tick();
    }

    private sealed class Probe : LoopTimer
    {
        private readonly TaskCompletionSource<TimeSpan> _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _started;

        public TimeSpan Delay { get; private init; }

        public Task<TimeSpan> Due => _due.Task;

        public static Probe Schedule(TestLoop loop, TimeSpan delay)
        {
            Probe probe = new() { Delay = delay };
            probe._started = Stopwatch.GetTimestamp();
            loop.Loop.Schedule(probe, delay);
            return probe;
        }

        protected internal override void OnDue() => _due.SetResult(Stopwatch.GetElapsedTime(_started));
    }
}
