using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Timers on a clock that the test moves.</summary>
public sealed class TimerWheelSpec
{
    private const long Day = 24 * 60 * 60 * 1000L;

    private readonly List<string> _fired = [];

    /// <summary>Where the wheel's clock starts: at zero, and around the moments where its levels roll over.</summary>
    public static TheoryData<long> Starts => new(0, 1, 63, 64, 4095, 123_456_789, (1L << 30) - 1, (1L << 36) - 1, (1L << 36) + 12_345);

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_timer_comes_due_at_its_moment_and_not_before(long start)
    {
        foreach (long ahead in new long[] { 1, 2, 63, 64, 65, 4095, 4096, 4097, 262_143, 262_144, 16_777_216, Day, 400 * Day })
        {
            TimerWheel wheel = new(start);
            Timer timer = new(this, "t");
            wheel.Add(timer, start + ahead, start);
            Assert.True(timer.IsScheduled);
            wheel.Advance(start + ahead - 1);
            Assert.Empty(_fired);
            wheel.Advance(start + ahead);
            Assert.Equal(["t"], _fired);
            Assert.Equal((false, 0), (timer.IsScheduled, wheel.Count));
            _fired.Clear();
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_timer_far_beyond_the_wheels_span_comes_due_at_its_moment(long start)
    {
        foreach (long ahead in new[] { 800 * Day, (1L << 36) - 1, 1L << 36, (1L << 36) + 5, 10 * 365 * Day, 20_000 * 365L * Day })
        {
            TimerWheel wheel = new(start);
            wheel.Add(new Timer(this, "t"), start + ahead, start);
            wheel.Advance(start);
            Assert.Equal(int.MaxValue, wheel.MillisToNext(start));
            wheel.Advance(start + ahead - 1);
            Assert.Empty(_fired);
            Assert.Equal(1, wheel.Count);
            wheel.Advance(start + ahead);
            Assert.Equal(["t"], _fired);
            _fired.Clear();
        }
    }

    [Fact]
    public void Timers_come_due_in_the_order_of_their_moments()
    {
        TimerWheel wheel = new(1000);
        foreach (int ahead in new[] { 5000, 3, 70, 1, 4096, 64 })
        {
            wheel.Add(new Timer(this, ahead.ToString(System.Globalization.CultureInfo.InvariantCulture)), 1000 + ahead, 1000);
        }

        wheel.Advance(100_000);
        Assert.Equal(["1", "3", "64", "70", "4096", "5000"], _fired);
    }

    [Fact]
    public void A_moment_that_has_passed_comes_due_at_the_next_advance()
    {
        TimerWheel wheel = new(1000);
        wheel.Add(new Timer(this, "past"), 5, 1000);
        wheel.Add(new Timer(this, "now"), 1000, 1000);
        wheel.Advance(1001);
        Assert.Equal(2, _fired.Count);
    }

    [Fact]
    public void What_is_cancelled_never_comes_due()
    {
        TimerWheel wheel = new(0);
        Timer[] timers = [new(this, "a"), new(this, "b"), new(this, "c")];
        foreach (Timer timer in timers)
        {
            wheel.Add(timer, 10, 0);
        }

        wheel.Remove(timers[1]);
        Assert.Equal((false, 2), (timers[1].IsScheduled, wheel.Count));
        wheel.Advance(10);
        Assert.Equal(["a", "c"], _fired.Order());
    }

    [Fact]
    public void A_timer_may_schedule_itself_again_from_within()
    {
        TimerWheel wheel = new(0);
        Timer timer = new(this, "t");
        timer.WhenDue = at => wheel.Add(timer, at + 10, at);
        wheel.Add(timer, 10, 0);
        for (long now = 1; now <= 100; now++)
        {
            timer.Now = now;
            wheel.Advance(now);
        }

        Assert.Equal(10, _fired.Count);
        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void A_timer_that_schedules_itself_for_the_past_does_not_hold_the_wheel()
    {
        TimerWheel wheel = new(0);
        Timer timer = new(this, "t") { Now = 50 };
        timer.WhenDue = _ => wheel.Add(timer, 0, 50);
        wheel.Add(timer, 10, 0);
        wheel.Advance(50);
        Assert.InRange(_fired.Count, 1, 50);
        Assert.True(timer.IsScheduled);
    }

    [Fact]
    public void A_timer_may_cancel_another_that_is_due_at_the_same_moment()
    {
        TimerWheel wheel = new(0);
        Timer[] timers = [new(this, "a"), new(this, "b"), new(this, "c")];
        foreach (Timer timer in timers)
        {
            timer.WhenDue = _ => Array.ForEach(timers, other =>
            {
                if (other.IsScheduled)
                {
                    wheel.Remove(other);
                }
            });
            wheel.Add(timer, 10, 0);
        }

        wheel.Advance(10);
        Assert.Single(_fired);
        Assert.Equal(0, wheel.Count);
        Assert.Equal(-1, wheel.MillisToNext(10));
    }

    [Fact]
    public void A_timer_may_put_off_another_that_is_due_at_the_same_moment()
    {
        TimerWheel wheel = new(0);
        Timer first = new(this, "a");
        Timer second = new(this, "b");
        foreach ((Timer timer, Timer other) in new[] { (first, second), (second, first) })
        {
            timer.WhenDue = at =>
            {
                if (other.IsScheduled)
                {
                    wheel.Remove(other);
                    wheel.Add(other, at + 100, at);
                }
            };
            timer.Now = 10;
            wheel.Add(timer, 10, 0);
        }

        wheel.Advance(10);
        Assert.Single(_fired);
        wheel.Advance(109);
        Assert.Single(_fired);
        wheel.Advance(110);
        Assert.Equal(["a", "b"], _fired.Order());
    }

    [Fact]
    public void An_empty_wheel_that_slept_long_is_as_exact_as_a_new_one()
    {
        TimerWheel wheel = new(0);
        wheel.Add(new Timer(this, "t"), 10_000_003, 10_000_000);
        Assert.Equal(3, wheel.MillisToNext(10_000_000));
        wheel.Advance(10_000_002);
        Assert.Empty(_fired);
        wheel.Advance(10_000_003);
        Assert.Single(_fired);
    }

    [Fact]
    public void The_time_to_the_next_look_is_never_beyond_the_next_timer()
    {
        TimerWheel wheel = new(0);
        Assert.Equal(-1, wheel.MillisToNext(0));
        wheel.Add(new Timer(this, "t"), 10, 0);
        Assert.Equal(10, wheel.MillisToNext(0));
        Assert.Equal(3, wheel.MillisToNext(7));
        Assert.Equal(0, wheel.MillisToNext(10));
        Assert.Equal(0, wheel.MillisToNext(99));
        wheel.Add(new Timer(this, "u"), 5_000_000, 0);
        Assert.Equal(10, wheel.MillisToNext(0));
        wheel.Advance(10);
        Assert.InRange(wheel.MillisToNext(10), 1, 4_999_990);
    }

    [Fact]
    public void Waiting_as_told_finds_every_timer_at_its_moment_with_few_looks()
    {
        TimerWheel wheel = new(77);
        long due = 77 + (30 * Day);
        wheel.Add(new Timer(this, "t"), due, 77);
        long now = 77;
        int looks = 0;
        while (_fired.Count == 0)
        {
            now += wheel.MillisToNext(now);
            wheel.Advance(now);
            looks++;
        }

        Assert.Equal(due, now);
        Assert.InRange(looks, 1, 8);
    }

    [Theory]
    [InlineData(1, 50, 20)]
    [InlineData(2, 5_000, 300)]
    [InlineData(3, 1_000_000, 5_000)]
    [InlineData(4, 100_000_000, 3_000_000)]
    [InlineData(5, 200_000_000_000, 9_000_000_000)]
    [InlineData(6, 300, 100_000)]
    public void It_behaves_as_a_sorted_list_whatever_is_done(int seed, long farthest, long longestStep)
    {
        Random random = new(seed);
        long now = random.NextInt64(1L << 40);
        Model model = new(new TimerWheel(now), seed);
        for (int step = 0; step < 30_000; step++)
        {
            switch (random.Next(10))
            {
                case < 4:
                    model.Schedule(random.Next(300), now, now + 1 + (long)(Math.Pow(random.NextDouble(), 4) * farthest));
                    break;
                case < 6:
                    model.Cancel(random.Next(300));
                    break;
                case < 8:
                    now = model.WaitAsTold(now);
                    break;
                default:
                    now += random.NextInt64(longestStep);
                    model.Advance(now);
                    break;
            }
        }

        model.Drain(now);
    }

    private sealed class Timer(TimerWheelSpec spec, string name) : LoopTimer
    {
        public Action<long>? WhenDue { get; set; }

        public long Now { get; set; }

        protected internal override void OnDue()
        {
            Assert.False(IsScheduled);
            spec._fired.Add(name);
            WhenDue?.Invoke(Now);
        }
    }

    /// <summary>The same timers in the wheel and in a dictionary; some schedule or cancel others as they come due.</summary>
    private sealed class Model(TimerWheel wheel, int seed)
    {
        private readonly Dictionary<int, long> _due = [];
        private readonly Dictionary<int, ModelTimer> _timers = [];
        private readonly Random _random = new(seed);
        private long _now;
        private long _lastFired;

        public void Schedule(int id, long now, long due)
        {
            if (!_timers.TryGetValue(id, out ModelTimer? timer))
            {
                _timers[id] = timer = new ModelTimer(this, id);
            }

            Cancel(id);
            wheel.Add(timer, due, now);
            _due[id] = due;
            Check(timer.IsScheduled, $"timer {id} is scheduled");
        }

        public void Cancel(int id)
        {
            bool wasScheduled = _due.Remove(id);
            if (_timers.TryGetValue(id, out ModelTimer? timer))
            {
                Check(timer.IsScheduled == wasScheduled, $"timer {id} is scheduled: {wasScheduled}");
                if (wasScheduled)
                {
                    wheel.Remove(timer);
                }
            }
        }

        public void Advance(long now)
        {
            _now = now;
            _lastFired = long.MinValue;
            wheel.Advance(now);
            Check(wheel.Count == _due.Count, $"{_due.Count} timers are left, not {wheel.Count}");
            Check(_due.Count == 0 || _due.Values.Min() > now, "a timer that is due was left");
        }

        public long WaitAsTold(long now)
        {
            int wait = wheel.MillisToNext(now);
            Check(_due.Count == 0 ? wait == -1 : wait >= 0 && now + wait <= _due.Values.Min(), $"waiting {wait} is right");
            now += Math.Max(wait, 0);
            Advance(now);
            return now;
        }

        public void Drain(long now)
        {
            while (_due.Count > 0)
            {
                now = WaitAsTold(now);
            }
        }

        private void Fired(int id)
        {
            Check(_due.Remove(id, out long due), $"timer {id} was scheduled");
            Check(due <= _now, $"timer {id} is {due - _now} too early");
            Check(due >= _lastFired, $"timer {id} comes after a later one");
            _lastFired = due;
            switch (_random.Next(10))
            {
                case 0:
                    Schedule(id, _now, _now + 1 + _random.Next(1000));
                    break;
                case 1:
                    Cancel(_random.Next(300));
                    break;
                case 2:
                    Schedule(_random.Next(300), _now, _now + 1 + _random.Next(100_000));
                    break;
                default:
                    break;
            }
        }

        private void Check(bool holds, string what) => Assert.True(holds, $"seed {seed}: {what}");

        private sealed class ModelTimer(Model model, int id) : LoopTimer
        {
            protected internal override void OnDue() => model.Fired(id);
        }
    }
}
