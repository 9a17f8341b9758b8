using System.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// A poller and its registry without a loop: the test's own thread asks for events, one round at a time. Blocks that the poller fills by
/// itself come from a pool of its own, which must get all of them back.
/// </summary>
internal sealed class TestPoll : IDisposable
{
    private readonly PollEvent[] _events;
    private readonly BlockPool _pool = new();

    public TestPoll(PollerBackend? backend = null, int maxEvents = 64)
    {
        Poller = TestBackend.Create(backend ?? TestBackend.Default, maxEvents, _pool);
        Registry = new PollRegistry(Poller);
        _events = new PollEvent[maxEvents];
    }

    public IPoller Poller { get; }

    public PollRegistry Registry { get; }

    /// <summary>Delivers what is ready now; how many events that was.</summary>
    public int Pump() => Pump(0);

    /// <summary>Waits for at least one event and delivers.</summary>
    public int PumpOne()
    {
        // A wait may end without an event: after a signal, for one.
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Eventually.Patience;)
        {
            if (Pump(1000) is var events and > 0)
            {
                return events;
            }
        }

        throw new TimeoutException("No event came.");
    }

    public void Dispose()
    {
        Poller.Dispose();
        _pool.ThrowIfLeased();
    }

    private int Pump(int timeoutMillis)
    {
        int ready = Poller.Wait(_events, timeoutMillis);
        for (int i = 0; i < ready; i++)
        {
            Registry.Dispatch(_events[i]);
        }

        return ready;
    }
}
