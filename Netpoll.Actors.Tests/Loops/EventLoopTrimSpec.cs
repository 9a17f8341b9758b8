using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>What a parked loop does with the blocks that it keeps: told by a poller that the test scripts.</summary>
public sealed class EventLoopTrimSpec : IAsyncLifetime
{
    private const int TrimMillis = 250;
    private const int Blocks = 64;

    private readonly ScriptedPoller _poller = new();

    // Its shared part keeps nothing, so what it still has is what the loop keeps.
    private readonly BlockPool _pool = new(new BlockPoolOptions { MaxPooledBytes = 0 });
    private readonly TestLoop _loop;

    public EventLoopTrimSpec() => _loop = new TestLoop(
        new EventLoopOptions { BlockPool = _pool, TrimInterval = TimeSpan.FromMilliseconds(TrimMillis) }, _poller);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _poller.Dispose();
        _pool.ThrowIfLeased();
    }

    [Fact]
    public async Task A_loop_that_stays_parked_gives_all_its_blocks_back_and_then_waits_for_ever()
    {
        await UseBlocks();
        Assert.Equal(Blocks * SizeOf, _pool.GetStatistics().PooledBytes);

        int intervals = 0;
        for (; _poller.Timeouts[^1] == TrimMillis; intervals++)
        {
            Assert.True(intervals < 20, "The loop never stops trimming.");
            _poller.Elapse();
            _poller.UntilParked();
        }

        Assert.True(intervals > 0);
        Assert.Equal(-1, _poller.Timeouts[^1]);
        Assert.Equal(0, _pool.GetStatistics().PooledBytes);
    }

    [Fact]
    public async Task A_wake_up_is_no_sign_of_idleness()
    {
        await UseBlocks();
        for (int i = 0; i < 20; i++)
        {
            await _loop.RunAsync(() => { });
            _poller.UntilParked();
        }

        Assert.Equal(Blocks * SizeOf, _pool.GetStatistics().PooledBytes);
        Assert.Equal(TrimMillis, _poller.Timeouts[^1]);
    }

    [Fact]
    public void A_loop_that_has_done_nothing_waits_for_ever_at_once()
    {
        _poller.UntilParked();
        Assert.Equal([-1], _poller.Timeouts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e12)]
    public void The_interval_must_be_one_that_the_kernel_can_wait(double milliseconds) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new EventLoop(new EventLoopOptions { TrimInterval = TimeSpan.FromMilliseconds(milliseconds) }));

    private const int SizeOf = 4096;

    private async Task UseBlocks()
    {
        await _loop.RunAsync(() =>
        {
            LinkBuffer[] buffers = [.. Enumerable.Range(0, Blocks).Select(_ => new LinkBuffer(_pool))];
            foreach (LinkBuffer buffer in buffers)
            {
                buffer.Malloc(SizeOf);
            }

            foreach (LinkBuffer buffer in buffers)
            {
                buffer.Dispose();
            }
        });
        _poller.UntilParked();
    }
}
