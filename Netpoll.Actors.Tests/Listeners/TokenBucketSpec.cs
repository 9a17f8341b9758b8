using Netpoll.Actors.Listeners;
using Xunit;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>So many a second, and so many at once.</summary>
public sealed class TokenBucketSpec
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_burst_is_let_through_and_then_as_many_as_time_gives()
    {
        TokenBucket bucket = new(perSecond: 10, burst: 3, _clock);
        Assert.Equal([true, true, true, false], Take(bucket, 4));
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(bucket.TryTake());
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal([true, false], Take(bucket, 2));
    }

    [Fact]
    public void A_long_quiet_time_gives_no_more_than_a_burst()
    {
        TokenBucket bucket = new(perSecond: 10, burst: 3, _clock);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([true, true, true, false], Take(bucket, 4));
    }

    [Fact]
    public void Less_than_one_a_second_adds_up()
    {
        TokenBucket bucket = new(perSecond: 0.25, burst: 1, _clock);
        Assert.True(bucket.TryTake());
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.False(bucket.TryTake());
        }

        _clock.Advance(TimeSpan.FromSeconds(1.001));
        Assert.True(bucket.TryTake());
    }

    private static bool[] Take(TokenBucket bucket, int times) => [.. Enumerable.Range(0, times).Select(_ => bucket.TryTake())];

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
