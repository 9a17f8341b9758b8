using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>Waits for something that another process does in its own time.</summary>
internal static class Eventually
{
    /// <summary>Returns once the value is as expected; fails if it is not within a minute.</summary>
    public static async Task EqualAsync<T>(T expected, Func<T> actual)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        T last = actual();
        for (int attempts = 3000; attempts > 0 && !Equals(expected, last); attempts--)
        {
            await timer.WaitForNextTickAsync();
            last = actual();
        }

        Assert.Equal(expected, last);
    }
}
