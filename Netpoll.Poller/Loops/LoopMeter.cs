using System.Diagnostics.Metrics;

namespace Netpoll.Poller.Loops;

/// <summary>The running loops' statistics as metrics of the meter <c>Netpoll.Poller</c>, summed. Costs nothing while nobody observes them. Any thread.</summary>
internal static class LoopMeter
{
    private static readonly Lock s_lock = new();
    private static readonly List<EventLoop> s_running = [];
    private static readonly Meter s_meter = Create();

    // What loops that have ended had counted: a sum never goes back.
    private static EventLoopStatistics s_ended;

    public static void Add(EventLoop loop)
    {
        lock (s_lock)
        {
            s_running.Add(loop);
        }
    }

    public static void Remove(EventLoop loop)
    {
        lock (s_lock)
        {
            s_running.Remove(loop);
            s_ended = Sum(s_ended, loop.GetStatistics());
        }
    }

    private static Meter Create()
    {
        Meter meter = new("Netpoll.Poller");
        meter.CreateObservableCounter("netpoll.loop.rounds", () => Total().Rounds, "{round}", "Rounds of all event loops.");
        meter.CreateObservableCounter("netpoll.loop.system_calls", () => Total().SystemCalls, "{call}", "System calls that event loops have made.");
        meter.CreateObservableCounter("netpoll.loop.wake_ups", () => Total().WakeUps, "{call}", "How often a parked event loop was woken.");
        return meter;
    }

    private static EventLoopStatistics Total()
    {
        lock (s_lock)
        {
            EventLoopStatistics total = s_ended;
            foreach (EventLoop loop in s_running)
            {
                total = Sum(total, loop.GetStatistics());
            }

            return total;
        }
    }

    private static EventLoopStatistics Sum(EventLoopStatistics one, EventLoopStatistics other) =>
        new(one.Rounds + other.Rounds, one.SystemCalls + other.SystemCalls, one.WakeUps + other.WakeUps);
}
