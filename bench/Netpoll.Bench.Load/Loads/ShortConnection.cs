namespace Netpoll.Bench.Load.Loads;

/// <summary>Connects, calls once, closes, and begins again. Its latency is that of connecting and calling.</summary>
internal sealed class ShortConnection(LoadContext context, int number, Pace pace) : LoadConnection(context, number, inFlight: 1, pace)
{
    /// <inheritdoc/>
    protected override void OnReplied(long now)
    {
        if (IsBusy)
        {
            return;
        }

        Dispose();
        Open();
        Pump(now);
    }
}
