using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Several loops that take turns.</summary>
public sealed class EventLoopGroupSpec
{
    [Fact]
    public async Task The_loops_take_turns_from_the_first_on()
    {
        await using EventLoopGroup group = NewGroup(3);
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], Enumerable.Range(0, 7).Select(_ => group.NextIndex()));
    }

    [Fact]
    public async Task Turns_of_many_threads_are_fair()
    {
        await using EventLoopGroup group = NewGroup(3);
        int[] turns = new int[3];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 3000; i++)
            {
                Interlocked.Increment(ref turns[group.NextIndex()]);
            }
        }))).InTime();
        Assert.All(turns, count => Assert.Equal(4000, count));
    }

    [Fact]
    public async Task Every_loop_starts_with_its_options_and_ends_with_the_group()
    {
        EventLoopGroup group = NewGroup(3);
        Assert.Equal(3, group.Count);
        group.Start();
        for (int i = 0; i < group.Count; i++)
        {
            TaskCompletionSource<string?> name = new(TaskCreationOptions.RunContinuationsAsynchronously);
            group[i].Execute(() => name.SetResult(Thread.CurrentThread.Name));
            Assert.Equal($"loop-{i}", await name.Task.InTime());
        }

        await group.StopAsync().InTime();
        Assert.All(Enumerable.Range(0, 3), i => Assert.True(group[i].Completion.IsCompletedSuccessfully));
    }

    [Fact]
    public void A_group_has_at_least_one_loop() => Assert.Throws<ArgumentOutOfRangeException>(() => NewGroup(0));

    private static EventLoopGroup NewGroup(int count) => new(count, i => new EventLoopOptions { Name = $"loop-{i}" });
}
