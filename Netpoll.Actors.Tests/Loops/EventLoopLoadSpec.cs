using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>How busy a loop says it is.</summary>
public sealed class EventLoopLoadSpec
{
    [Fact]
    public async Task A_loop_that_is_held_says_for_how_long_and_remembers_it()
    {
        await using EventLoop loop = new();
        loop.Start();
        using Gate gate = new();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Execute(() =>
        {
            held.SetResult();
            gate.Wait();
        });
        await held.Task.InTime();
        loop.Execute(() => { });

        EventLoopLoad first = loop.GetLoad();
        await Eventually.Holds(() => loop.GetLoad().CurrentHold > first.CurrentHold, "the hold grows");
        TimeSpan seen = loop.GetLoad().CurrentHold;
        Assert.Equal(1, loop.GetLoad().Queued);
        gate.Open();

        await Eventually.Holds(() => loop.GetLoad() is { Queued: 0, CurrentHold.Ticks: 0 }, "the loop parks again");
        Assert.True(loop.GetLoad().LongestHold >= seen);
        Assert.True(loop.GetLoad().Busy >= seen);
    }

    [Fact]
    public async Task A_parked_loop_only_idles()
    {
        await using EventLoop loop = new();
        loop.Start();
        await Eventually.Holds(() => loop.GetLoad().Idle > TimeSpan.Zero, "the loop parks");
        TimeSpan busy = loop.GetLoad().Busy;
        TimeSpan idle = loop.GetLoad().Idle;
        await Eventually.Holds(() => loop.GetLoad().Idle > idle, "its idle time grows");
        Assert.Equal(busy, loop.GetLoad().Busy);
    }

    [Fact]
    public async Task A_loop_that_was_not_started_says_nothing()
    {
        await using EventLoop loop = new();
        Assert.Equal(default, loop.GetLoad());
    }
}
