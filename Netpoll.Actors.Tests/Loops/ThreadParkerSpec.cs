using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>The place where a thread parks, in the form that the system has and in the one that every system has.</summary>
public abstract class ThreadParkerSpec
{
    private const int Never = 0;
    private const int Long = 60_000;

    private protected abstract ThreadParker Create();

    [SkippableFact]
    public void A_permit_that_came_first_is_not_lost()
    {
        ThreadParker parker = Create();
        parker.Unpark();
        parker.Park();
        parker.Unpark();
        Assert.True(parker.TryPark(Long));
    }

    [SkippableFact]
    public void There_is_at_most_one_permit()
    {
        ThreadParker parker = Create();
        parker.Unpark();
        parker.Unpark();
        parker.Park();
        Assert.False(parker.TryPark(Never));
    }

    [SkippableFact]
    public void A_wait_that_is_over_leaves_nothing_behind()
    {
        ThreadParker parker = Create();
        Assert.False(parker.TryPark(Never));
        Assert.False(parker.TryPark(1));
        parker.Unpark();
        Assert.True(parker.TryPark(Never));
        Assert.False(parker.TryPark(Never));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_threads_that_wake_each_other_go_on(bool isTimed)
    {
        const int Turns = 20_000;
        ThreadParker ping = Create();
        ThreadParker pong = Create();
        int turns = 0;
        Thread other = new(() =>
        {
            for (int i = 0; i < Turns; i++)
            {
                Take(pong, isTimed);
                turns++;
                ping.Unpark();
            }
        });
        other.Start();
        for (int i = 0; i < Turns; i++)
        {
            pong.Unpark();
            Take(ping, isTimed);
            Assert.Equal(i + 1, turns);
        }

        other.Join();
    }

    private static void Take(ThreadParker parker, bool isTimed)
    {
        if (!isTimed)
        {
            parker.Park();
            return;
        }

        while (!parker.TryPark(1))
        {
        }
    }
}

/// <inheritdoc/>
public sealed class FutexParkerSpec : ThreadParkerSpec
{
    private protected override ThreadParker Create()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "A futex is Linux'.");
        return Assert.IsType<FutexParker>(ThreadParker.Create());
    }
}

/// <inheritdoc/>
public sealed class MonitorParkerSpec : ThreadParkerSpec
{
    private protected override ThreadParker Create() => new MonitorParker();
}
