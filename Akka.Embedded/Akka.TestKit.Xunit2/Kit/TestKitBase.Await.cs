using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Waiting for something to become true that no message tells of.</content>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Tries until the assertion holds.</summary>
    /// <param name="assertion">Throws while it does not hold.</param>
    /// <param name="duration">How long to try; null for the default.</param>
    /// <param name="interval">How long between any two tries; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitAssertAsync(assertion, duration, interval, cancellationToken));

    /// <summary>Tries until the assertion holds.</summary>
    /// <param name="assertion">Throws while it does not hold.</param>
    /// <param name="duration">How long to try; null for the default.</param>
    /// <param name="interval">How long between any two tries; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);

    /// <summary>Tries until the assertion holds.</summary>
    /// <param name="assertion">Throws while it does not hold.</param>
    /// <param name="duration">How long to try; null for the default.</param>
    /// <param name="interval">How long between any two tries; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var end = EndOf(RemainingOrDilated(duration));
        while (true)
        {
            try
            {
                await assertion().ConfigureAwait(false);
                return;
            }
#pragma warning disable CA1031 // Whatever an assertion throws: it is tried again while there is time, and thrown when there is none.
            catch (Exception) when (Left(end) > TimeSpan.Zero)
            {
                // IGNORED: the next try says it again.
            }
#pragma warning restore CA1031

            await PauseAsync(interval ?? s_interval, end, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="message">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="interval">How long between any two looks; null for the default.</param>
    /// <param name="message">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken));

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), null, null, null, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="message">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, null, message, cancellationToken);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="interval">How long between any two looks; null for the default.</param>
    /// <param name="message">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conditionIsFulfilled);
        var longest = RemainingOrDilated(max);
        if (!await ComesTrueAsync(conditionIsFulfilled, longest, interval ?? s_interval, cancellationToken).ConfigureAwait(false))
            FailWith.Fail("timeout {0} expired while waiting for condition. {1}", longest, message);
    }

    /// <summary>Waits until a condition is true.</summary>
    /// <returns>False if it was not in time.</returns>
    internal static async Task<bool> ComesTrueAsync(
        Func<Task<bool>> condition, TimeSpan max, TimeSpan interval, CancellationToken cancellationToken)
    {
        var end = EndOf(max);
        while (!await condition().ConfigureAwait(false))
        {
            if (Left(end) == TimeSpan.Zero)
                return false;
            await PauseAsync(interval, end, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static Task PauseAsync(TimeSpan interval, long end, CancellationToken cancellationToken)
    {
        var left = Left(end);
        return Task.Delay(left < interval ? left : interval, cancellationToken);
    }
}
