namespace Netpoll.Poller.Loops;

/// <summary>Parks with .NET's own means, which are the same everywhere.</summary>
internal sealed class MonitorParker : ThreadParker
{
    private readonly object _gate = new();
    private bool _hasPermit;

    public override void Park()
    {
        lock (_gate)
        {
            while (!_hasPermit)
            {
                Monitor.Wait(_gate);
            }

            _hasPermit = false;
        }
    }

    public override bool TryPark(int timeoutMillis)
    {
        lock (_gate)
        {
            if (!_hasPermit)
            {
                Monitor.Wait(_gate, timeoutMillis);
            }

            bool had = _hasPermit;
            _hasPermit = false;
            return had;
        }
    }

    public override void Unpark()
    {
        lock (_gate)
        {
            _hasPermit = true;
            Monitor.Pulse(_gate);
        }
    }
}
