using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
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

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void When_a_loop_cannot_be_made_those_before_it_are_ended(int failing)
    {
        List<ScriptedPoller> pollers = [];
        Assert.Throws<PlatformNotSupportedException>(() => new EventLoopGroup(4, index => new EventLoop(
            new EventLoopOptions(),
            _ =>
            {
                if (index == failing)
                {
                    throw new PlatformNotSupportedException();
                }

                pollers.Add(new ScriptedPoller());
                return pollers[^1];
            })));
        Assert.Equal(failing, pollers.Count);
        Assert.All(pollers, poller => Assert.True(poller.IsDisposed));
    }

    [Fact]
    public async Task Connections_are_counted_where_they_are_until_they_end()
    {
        await using EventLoopGroup group = NewGroup(3);
        int[] assigned = [.. Enumerable.Range(0, 7).Select(_ => group.Assign(LoadBalancing.RoundRobin))];
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], assigned);
        Assert.Equal([3, 2, 2], Counts(group));
        group.AssignTo(1);
        Array.ForEach(assigned, group.Unassign);
        Assert.Equal([0, 1, 0], Counts(group));
    }

    [Fact]
    public async Task The_loop_with_the_fewest_connections_is_next_and_equals_take_turns()
    {
        await using EventLoopGroup group = NewGroup(3);
        for (int i = 0; i < 9; i++)
        {
            group.Assign(LoadBalancing.LeastConnections);
        }

        Assert.Equal([3, 3, 3], Counts(group));
        group.Unassign(1);
        group.Unassign(1);
        Assert.Equal([1, 1], new[] { group.Assign(LoadBalancing.LeastConnections), group.Assign(LoadBalancing.LeastConnections) });
    }

    [Fact]
    public async Task A_peer_always_has_the_same_loop_whatever_its_port_and_peers_are_spread()
    {
        await using EventLoopGroup group = NewGroup(4);
        foreach (int host in Enumerable.Range(1, 200))
        {
            int[] loops = [.. Enumerable.Range(1, 5).Select(port => group.Assign(LoadBalancing.SourceHash, NetAddress.Tcp($"10.0.0.{host}", port)))];
            Assert.Single(loops.Distinct());
        }

        // Two hundred peers on four loops: fifty each, give or take (the hash is fixed, so this is the same on every run).
        Assert.All(Counts(group), count => Assert.InRange(count, 5 * 30, 5 * 70));
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(_ => group.Assign(LoadBalancing.SourceHash, NetAddress.UnnamedUnix)));
    }

    [Fact]
    public async Task Chance_leaves_no_loop_out()
    {
        await using EventLoopGroup group = NewGroup(4);
        for (int i = 0; i < 1000; i++)
        {
            group.Assign(LoadBalancing.Random);
        }

        // Each count is binomial with a deviation of 14: below 100 is more than ten of them away.
        Assert.All(Counts(group), count => Assert.True(count > 100));
    }

    [Fact]
    public void A_group_has_at_least_one_loop() => Assert.Throws<ArgumentOutOfRangeException>(() => NewGroup(0));

    private static int[] Counts(EventLoopGroup group) => [.. Enumerable.Range(0, group.Count).Select(group.ConnectionsOn)];

    private static EventLoopGroup NewGroup(int count) => new(count, i => new EventLoopOptions { Name = $"loop-{i}" });
}
