using System.Diagnostics;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>The one timer behind a connection's time limits.</summary>
public sealed class ConnectionClockSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public Task A_limit_comes_due_once_and_not_before_its_time() => OnLoopAsync(new TimeLimits(idle: s_short, read: TimeSpan.FromHours(1)), async clock =>
    {
        long began = Stopwatch.GetTimestamp();
        clock.Run(c => c.Start(TimeLimit.Read));
        clock.Run(c => c.Start(TimeLimit.Idle));
        Assert.Equal(TimeLimit.Idle, await clock.NextDueAsync());
        AssertNotEarly(began);
        Assert.Empty(clock.TakeDue());
    });

    [Fact]
    public Task Starting_again_postpones() => OnLoopAsync(new TimeLimits(idle: s_short), async clock =>
    {
        clock.Run(c => c.Start(TimeLimit.Idle));
        await clock.NextMessageAsync();
        long again = Stopwatch.GetTimestamp();
        clock.Run(c => c.Start(TimeLimit.Idle));
        Assert.Equal(TimeLimit.Idle, await clock.NextDueAsync());
        AssertNotEarly(again);
    });

    [Fact]
    public Task Starting_once_does_not_postpone() => OnLoopAsync(new TimeLimits(read: s_short), async clock =>
    {
        clock.Run(c => c.Start(TimeLimit.Read));
        await clock.NextMessageAsync();
        clock.Run(c => c.StartOnce(TimeLimit.Read));
        Assert.Equal([TimeLimit.Read], clock.TakeDue());
    });

    [Fact]
    public Task What_is_stopped_does_not_come_due() => OnLoopAsync(
        new TimeLimits(handshake: s_short, idle: 2 * s_short), async clock =>
        {
            clock.Run(c => c.Start(TimeLimit.Handshake));
            clock.Run(c => c.Start(TimeLimit.Idle));
            clock.Run(c => c.Stop(TimeLimit.Handshake));
            Assert.Equal(TimeLimit.Idle, await clock.NextDueAsync());
        });

    [Fact]
    public Task What_is_unlimited_is_not_counted() => OnLoopAsync(TimeLimits.None, clock =>
    {
        clock.Run(c => c.Start(TimeLimit.Idle));
        clock.Run(c => Assert.False(c.IsScheduled));
        return Task.CompletedTask;
    });

    [Fact]
    public void Only_what_counts_from_the_beginning_needs_a_clock()
    {
        Assert.False(TimeLimits.None.NeedClock);
        Assert.False(new TimeLimits(drain: s_short).NeedClock);
        Assert.True(new TimeLimits(idle: s_short).NeedClock);
        Assert.True(new TimeLimits(lifetime: s_short).NeedClock);
    }

    // The clock counts whole milliseconds.
    private static void AssertNotEarly(long began) => Assert.True(Stopwatch.GetElapsedTime(began) > s_short - TimeSpan.FromMilliseconds(1));

    private async Task OnLoopAsync(TimeLimits limits, Func<Driver, Task> test)
    {
        await using EventLoop loop = new();
        loop.Start();
        Recorder<object> messages = new();
        await test(new Driver(loop, new ConnectionClock(loop, limits, Sys.ActorOf(Spy.Props(messages))), messages));
    }

    private sealed class Driver(EventLoop loop, ConnectionClock clock, Recorder<object> messages)
    {
        public void Run(Action<ConnectionClock> action)
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Execute(() =>
            {
                try
                {
                    action(clock);
                    done.SetResult();
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            });
            done.Task.InTime().GetAwaiter().GetResult();
        }

        public Task<object> NextMessageAsync() => messages.NextAsync();

        public List<TimeLimit> TakeDue()
        {
            List<TimeLimit> all = [];
            Run(c =>
            {
                while (c.TryTakeDue(out TimeLimit limit))
                {
                    all.Add(limit);
                }
            });
            return all;
        }

        public async Task<TimeLimit> NextDueAsync()
        {
            while (true)
            {
                Assert.IsType<TimeUp>(await messages.NextAsync());
                List<TimeLimit> due = TakeDue();
                if (due.Count > 0)
                {
                    return Assert.Single(due);
                }
            }
        }
    }
}
