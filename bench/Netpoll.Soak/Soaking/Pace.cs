namespace Netpoll.Soak.Soaking;

/// <summary>When each life takes its next step: at random, so that all together take so many a second.</summary>
internal sealed class Pace(SoakOptions options, CancellationToken over)
{
    private readonly double _meanSeconds = options.Connections / options.StepsPerSecond;

    /// <summary>True once the time is over: lives come to their end without waiting.</summary>
    public bool IsOver => over.IsCancellationRequested;

    /// <summary>Waits for the next step.</summary>
    public async Task NextAsync(Random random)
    {
        TimeSpan delay = TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * _meanSeconds);
        await Task.Delay(delay, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
