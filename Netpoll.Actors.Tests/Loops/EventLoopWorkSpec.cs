using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Work that a loop is given: all of it, once, in order, on the loop's thread.</summary>
public sealed class EventLoopWorkSpec : IAsyncLifetime
{
    private readonly TestLoop _loop = new(new EventLoopOptions { Name = "work-spec" });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task Work_runs_on_the_loops_own_thread()
    {
        Assert.False(_loop.Loop.IsOnLoop);
        Assert.Null(EventLoop.Current);
        await _loop.RunAsync(() =>
        {
            Assert.True(_loop.Loop.IsOnLoop);
            Assert.Same(_loop.Loop, EventLoop.Current);
            Assert.Equal("work-spec", Thread.CurrentThread.Name);
            Assert.True(Thread.CurrentThread.IsBackground);
        });
    }

    [Fact]
    public async Task Two_loops_know_themselves_apart()
    {
        await using TestLoop other = new();
        await other.RunAsync(() => Assert.True(other.Loop.IsOnLoop && !_loop.Loop.IsOnLoop));
    }

    [Fact]
    public async Task Hundreds_of_thousands_of_items_of_many_threads_run_once_and_in_each_threads_order()
    {
        const int Producers = 4;
        const int Each = 100_000;
        int[] next = new int[Producers];
        int disorder = 0;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = Producers * Each;
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                _loop.Loop.Execute(new Item(number =>
                {
                    disorder += next[producer]++ == number ? 0 : 1;
                    if (--left == 0)
                    {
                        done.SetResult();
                    }
                }, i));
            }
        }))).InTime();
        await done.Task.InTime();
        await _loop.RunAsync(() => { });
        Assert.Equal((0, 0), (disorder, left));
        Assert.All(next, count => Assert.Equal(Each, count));
        Assert.Empty(_loop.Failures);
    }

    [Fact]
    public async Task Producers_that_wait_for_each_item_are_never_left_waiting()
    {
        // Each wait lets the loop park, so that parking and adding meet in every way they can.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 5000; i++)
            {
                await _loop.RunAsync(() => { });
            }
        })));
    }

    [Fact]
    public async Task Work_of_the_loop_runs_after_what_it_does_now_and_in_order()
    {
        List<int> order = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _loop.RunAsync(() =>
        {
            _loop.Loop.Execute(() => order.Add(2));
            _loop.Loop.Execute(() =>
            {
                order.Add(3);
                _loop.Loop.Execute(done.SetResult);
            });
            _loop.Loop.Execute(() => order.Add(4));
            order.Add(1);
        });
        await done.Task.InTime();
        Assert.Equal([1, 2, 3, 4], order);
    }

    [Fact]
    public async Task Work_that_fails_is_told_and_the_loop_lives()
    {
        for (int i = 0; i < 3; i++)
        {
            _loop.Loop.Execute(() => throw new InvalidTimeZoneException("boom"));
        }

        await _loop.RunAsync(() => { });
        Assert.Equal(3, _loop.Failures.Count);
        Assert.All(_loop.Failures, failure => Assert.Equal("boom", Assert.IsType<InvalidTimeZoneException>(failure).Message));
    }

    [Fact]
    public async Task Work_given_before_the_start_runs_after_it()
    {
        await using EventLoop late = new();
        TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        late.Execute(ran.SetResult);
        Assert.False(ran.Task.IsCompleted);
        late.Start();
        late.Start();
        await ran.Task.InTime();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(65537, 1)]
    [InlineData(1, 0)]
    public void Options_out_of_range_are_refused(int maxEvents, int maxWork) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new EventLoop(new EventLoopOptions { MaxEventsPerWait = maxEvents, MaxWorkItemsPerRound = maxWork }));

    private sealed class Item(Action<int> work, int number) : IThreadPoolWorkItem
    {
        public void Execute() => work(number);
    }
}
