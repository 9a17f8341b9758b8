namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Waiting for what another thread or the kernel does: asks again and again, and gives up so late that no machine is too slow.</summary>
internal static class Eventually
{
    /// <summary>How long a test waits for something that must happen. Only a test that fails anyway waits that long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static int PatienceMillis => (int)Patience.TotalMilliseconds;

    /// <summary>The task's end, or a failure when it does not come.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Patience);

    /// <summary>The task's result, or a failure when it does not come.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>Waits until the condition holds.</summary>
    public static async Task Holds(Func<bool> condition, string what)
    {
        long deadline = Environment.TickCount64 + PatienceMillis;
        while (!condition())
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TimeoutException($"It never came to pass that {what}.");
            }

            await Task.Delay(1);
        }
    }
}
