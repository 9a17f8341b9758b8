using System.Diagnostics;
using Xunit;
using Xunit.Sdk;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Waiting for what another thread or the kernel does: asks again and again, and gives up so late that no machine is too slow.</summary>
public static class Eventually
{
    /// <summary>How long a test waits for something that must happen. Only a test that fails anyway waits that long.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary><see cref="Patience"/> in milliseconds.</summary>
    public static int PatienceMillis => (int)Patience.TotalMilliseconds;

    /// <summary>Waits until the condition holds.</summary>
    public static Task Holds(Func<bool> condition, string what) => TrueAsync(condition, () => $"it never came to pass that {what}");

    /// <summary>Waits until the condition holds.</summary>
    public static async Task TrueAsync(Func<bool> condition, Func<string>? otherwise = null)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new XunitException($"It did not come to be within {Patience}: {otherwise?.Invoke() ?? "the condition stayed false"}.");
            }

            await Task.Delay(1);
        }
    }

    /// <summary>Waits until the value is as expected.</summary>
    public static async Task EqualAsync<T>(T expected, Func<T> actual)
    {
        long started = Stopwatch.GetTimestamp();
        T last = actual();
        while (!Equals(expected, last) && Stopwatch.GetElapsedTime(started) <= Patience)
        {
            await Task.Delay(20);
            last = actual();
        }

        Assert.Equal(expected, last);
    }

    /// <summary>The task's end, or a failure when it does not come.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Patience);

    /// <summary>The task's result, or a failure when it does not come.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>The task's result, or a failure when it does not come.</summary>
    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);
}
