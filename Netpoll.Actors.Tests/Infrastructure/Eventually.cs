using System.Diagnostics;
using Xunit.Sdk;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Waiting for what another thread brings about: as short as possible, and never for ever.</summary>
public static class Eventually
{
    /// <summary>How long a test waits for something that must come: long enough for a busy machine, and only spent by a test that fails.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Looks again and again until the condition holds.</summary>
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

    /// <summary>The task, or a failure if it does not end.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>The task, or a failure if it does not end.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Patience);

    /// <summary>The task, or a failure if it does not end.</summary>
    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);
}
