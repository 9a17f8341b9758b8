using Netpoll.Actors.Dispatch;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Dispatch;

/// <summary>A fixed number of threads and one queue: nothing lost, nothing twice, nobody asleep while there is work.</summary>
public sealed class WorkerPoolSpec : IDisposable
{
    private readonly Recorder<Exception> _failures = new();
    private readonly List<WorkerPool> _pools = [];

    public void Dispose() => _pools.ForEach(pool => pool.Stop());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Nothing_is_lost_and_nothing_runs_twice(int workers)
    {
        const int Producers = 4;
        const int Items = 60_000;
        WorkerPool pool = NewPool(workers);
        int[] runs = new int[Producers * Items];
        int left = runs.Length;
        int running = 0;
        int mostRunning = 0;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (int i = 0; i < Items; i++)
            {
                int item = (producer * Items) + i;
                pool.Execute(new Work(() =>
                {
                    int now = Interlocked.Increment(ref running);
                    if (now > Volatile.Read(ref mostRunning))
                    {
                        Volatile.Write(ref mostRunning, now);
                    }

                    Interlocked.Increment(ref runs[item]);
                    Interlocked.Decrement(ref running);
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.SetResult();
                    }
                }));
            }
        })));
        await done.Task.InTime();
        Assert.All(runs, run => Assert.Equal(1, run));
        Assert.InRange(mostRunning, 1, workers);
        Assert.Equal(workers, pool.Count);
    }

    [Fact]
    public async Task A_worker_without_work_lets_go_of_the_blocks_that_it_keeps()
    {
        BlockPool blocks = new();
        WorkerPool pool = new("worker", 1, blocks, _failures.Add);
        _pools.Add(pool);
        Block? kept = null;
        pool.Execute(new Work(() =>
        {
            Block block = blocks.Rent(8192);
            block.Unlink();
            Volatile.Write(ref kept, block);
        }));
        await Eventually.Holds(
            () =>
            {
                Block block = blocks.Rent(8192);
                bool isKept = block == Volatile.Read(ref kept);
                block.Unlink();
                return isKept;
            },
            "another thread got the worker's block");
    }

    [Fact]
    public async Task Work_that_comes_one_at_a_time_wakes_a_worker_each_time()
    {
        WorkerPool pool = NewPool(3);
        for (int i = 0; i < 5000; i++)
        {
            TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
            pool.Execute(new Work(ran.SetResult));
            await ran.Task.InTime();
        }
    }

    [Fact]
    public async Task All_workers_can_run_at_once()
    {
        WorkerPool pool = NewPool(4);
        using CountdownEvent all = new(4);
        Recorder<bool> met = new();
        for (int i = 0; i < 4; i++)
        {
            pool.Execute(new Work(() =>
            {
                all.Signal();
                met.Add(all.Wait(Eventually.Patience));
            }));
        }

        Assert.All(await met.NextAsync(4), Assert.True);
    }

    [Fact]
    public async Task One_worker_runs_first_in_first_out_on_its_own_named_thread()
    {
        WorkerPool pool = NewPool(1);
        Recorder<(int Item, string? Thread, bool IsBackground)> ran = new();
        for (int i = 0; i < 1000; i++)
        {
            int item = i;
            pool.Execute(new Work(() => ran.Add((item, Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground))));
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(item => (item, (string?)"pool-0", true)), await ran.NextAsync(1000));
    }

    [Fact]
    public async Task Blocked_workers_do_not_stop_the_others()
    {
        WorkerPool pool = NewPool(3);
        using Gate gate = new();
        Recorder<int> blocked = new();
        Recorder<int> ran = new();
        for (int i = 0; i < 2; i++)
        {
            pool.Execute(new Work(() =>
            {
                blocked.Add(0);
                gate.Wait();
            }));
        }

        await blocked.NextAsync(2);
        for (int i = 0; i < 1000; i++)
        {
            int item = i;
            pool.Execute(new Work(() => ran.Add(item)));
        }

        Assert.Equal(Enumerable.Range(0, 1000), await ran.NextAsync(1000));
    }

    [Fact]
    public async Task Work_that_makes_work_is_all_done()
    {
        WorkerPool pool = NewPool(2);
        Recorder<int> ran = new();
        pool.Execute(new Work(() => Spread(10)));
        await ran.NextAsync((1 << 11) - 1);

        void Spread(int depth)
        {
            ran.Add(depth);
            if (depth > 0)
            {
                pool.Execute(new Work(() => Spread(depth - 1)));
                pool.Execute(new Work(() => Spread(depth - 1)));
            }
        }
    }

    [Fact]
    public async Task Stopping_runs_what_is_queued_and_work_that_comes_later_still_runs()
    {
        WorkerPool pool = NewPool(1);
        Gate gate = new();
        Recorder<string?> ran = new();
        pool.Execute(new Work(gate.Wait));
        for (int i = 0; i < 100; i++)
        {
            pool.Execute(new Work(() => ran.Add(Thread.CurrentThread.Name)));
        }

        pool.Stop();
        pool.Stop();
        Recorder<bool> late = new();
        pool.Execute(new Work(() => late.Add(Thread.CurrentThread.IsThreadPoolThread)));
        Assert.True(await late.NextAsync());
        Assert.Equal(0, ran.Count);

        gate.Open();
        Assert.All(await ran.NextAsync(100), name => Assert.Equal("pool-0", name));
    }

    [Fact]
    public async Task Work_that_throws_is_reported_and_costs_no_worker()
    {
        WorkerPool pool = NewPool(1);
        Recorder<int> ran = new();
        for (int i = 0; i < 10; i++)
        {
            string message = $"failure {i}";
            int item = i;
            pool.Execute(new Work(() => throw new NotSupportedException(message)));
            pool.Execute(new Work(() => ran.Add(item)));
        }

        Assert.Equal(Enumerable.Range(0, 10), await ran.NextAsync(10));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"failure {i}"), (await _failures.NextAsync(10)).Select(failure => failure.Message));
    }

    [Fact]
    public void A_pool_without_workers_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => NewPool(0));

    private WorkerPool NewPool(int workers)
    {
        WorkerPool pool = new("pool", workers, new BlockPool(), _failures.Add);
        _pools.Add(pool);
        return pool;
    }

    private sealed class Work(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
