using System.Diagnostics;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Time: how long there is for what a test expects.</content>
public abstract partial class TestKitBase
{
    // When the innermost Within ends, as a stopwatch's time stamp; null outside of any.
    private long? _end;

    // Whether an ExpectNoMsg may have used up all of Within's time.
    private bool _lastWasNoMsg;

    /// <summary>Time that never jumps.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>What is left of the innermost <c>Within</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end is { } end ? Left(end) : throw new InvalidOperationException(@"Remaining may not be called outside of ""within""");

    /// <summary>What is left of the innermost <c>Within</c>, or how long one message may take.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>A time as long as this machine needs it.</summary>
    /// <param name="duration">The time.</param>
    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    /// <summary>A time as long as this machine needs it, or what is left of the innermost <c>Within</c>, or the default.</summary>
    /// <param name="duration">The time, or null.</param>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
            return RemainingOrDefault;
        if (given == Timeout.InfiniteTimeSpan)
            return given;
        ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(duration));
        return Dilated(given);
    }

    /// <summary>What is left of the innermost <c>Within</c>, or another time.</summary>
    /// <param name="duration">The other time.</param>
    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Left(end) : duration;

    /// <summary>Runs code that must be done in time. What it expects without a time of its own shares the time.</summary>
    /// <param name="max">The time.</param>
    /// <param name="action">The code.</param>
    /// <param name="epsilonValue">How much longer it may take, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>Runs code that must be done in time, but not too soon.</summary>
    /// <param name="min">The shortest time.</param>
    /// <param name="max">The longest time.</param>
    /// <param name="action">The code.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="epsilonValue">How much longer it may take, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Within(
        TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(WithinAsync(
            min,
            max,
            () =>
            {
                action();
                return Task.CompletedTask;
            },
            hint,
            epsilonValue,
            cancellationToken));

    /// <summary>Runs code that must be done in time.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="max">The time.</param>
    /// <param name="function">The code.</param>
    /// <param name="epsilonValue">How much longer it may take, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        T result = default!;
        Within(max, () => { result = function(); }, epsilonValue, cancellationToken);
        return result;
    }

    /// <summary>Runs code that must be done in time.</summary>
    /// <param name="max">The time.</param>
    /// <param name="actionAsync">The code.</param>
    /// <param name="epsilonValue">How much longer it may take, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    /// <summary>Runs code that must be done in time, but not too soon.</summary>
    /// <param name="min">The shortest time.</param>
    /// <param name="max">The longest time.</param>
    /// <param name="actionAsync">The code.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="epsilonValue">How much longer it may take, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actionAsync);
        var start = Stopwatch.GetTimestamp();
        var length = Dilated(max);
        var before = _end;
        var rest = before is { } outer ? Left(outer) : length;
        FailWith.AssertTrue(rest >= min, "required min time {0} not possible, only {1} left. {2}", min, rest, hint);
        var actual = length < rest ? length : rest;
        _lastWasNoMsg = false;
        _end = start + (long)(actual.TotalSeconds * Stopwatch.Frequency);
        try
        {
            await actionAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _end = before;
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        FailWith.AssertTrue(elapsed >= min, "Failed: Block took {0}, should have at least been {1}. {2}", elapsed, min, hint);
        if (!_lastWasNoMsg)
        {
            var epsilon = epsilonValue ?? TimeSpan.Zero;
            FailWith.AssertTrue(elapsed <= actual + epsilon, "Failed: Block took {0}, exceeding {1}. {2}", elapsed, actual, hint);
        }
    }

    private static long EndOf(TimeSpan max) => Stopwatch.GetTimestamp() + (long)(max.TotalSeconds * Stopwatch.Frequency);

    private static TimeSpan Left(long end)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
