using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>A poller and its registry without a loop: the test's own thread asks for events, one round at a time.</summary>
internal sealed class TestPoll : IDisposable
{
    private readonly PollEvent[] _events;

    public TestPoll(int maxEvents = 64)
    {
        Poller = new EpollPoller(maxEvents);
        Registry = new PollRegistry(Poller);
        _events = new PollEvent[maxEvents];
    }

    public EpollPoller Poller { get; }

    public PollRegistry Registry { get; }

    /// <summary>Delivers what is ready now; how many events that was.</summary>
    public int Pump() => Pump(0);

    /// <summary>Waits for at least one event and delivers.</summary>
    public int PumpOne() => Pump(Eventually.PatienceMillis) is var events and > 0 ? events : throw new TimeoutException("No event came.");

    public void Dispose() => Poller.Dispose();

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
