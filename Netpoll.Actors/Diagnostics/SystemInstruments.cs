using System.Diagnostics.Metrics;
using System.Text.Json;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// The observable instruments: they read what the loops count anyway, and only when somebody asks. One set for the process; each actor system is
/// an attribute. Any thread.
/// </summary>
internal static class SystemInstruments
{
    private static readonly Lock s_gate = new();
    private static readonly CloseReason[] s_reasons = Enum.GetValues<CloseReason>();
    private static readonly RefusalCause[] s_causes = Enum.GetValues<RefusalCause>();
    private static SystemSources[] s_systems = [];

    static SystemInstruments()
    {
        Meter meter = NetpollDiagnostics.Meter;
        CreateForConnections(meter);
        CreateForRequests(meter);
        CreateForThreads(meter);
        CreateForBuffers(meter);
        RequestInstruments.Publish();
    }

    public static void Add(SystemSources system)
    {
        lock (s_gate)
        {
            s_systems = [.. s_systems, system];
        }
    }

    public static void Remove(SystemSources system)
    {
        lock (s_gate)
        {
            s_systems = [.. s_systems.Where(other => other != system)];
        }
    }

    private static void CreateForConnections(Meter meter)
    {
        meter.CreateObservableUpDownCounter("netpoll.connections.open", () => OfTraffic(traffic => traffic.Open), "{connection}", "Connections that are open.");
        meter.CreateObservableCounter("netpoll.connections.accepted", () => OfTraffic(traffic => traffic.Accepted), "{connection}", "Connections that listeners took in.");
        meter.CreateObservableCounter("netpoll.connections.dialled", () => OfTraffic(traffic => traffic.Dialled), "{connection}", "Connections that clients opened.");
        meter.CreateObservableCounter("netpoll.connections.refused", Refused, "{connection}", "Connections that a listener's limit kept out, by the limit.");
        meter.CreateObservableCounter("netpoll.connections.closed", Closed, "{connection}", "Connections that ended, by reason.");
        meter.CreateObservableCounter("netpoll.network.io", NetworkBytes, "By", "Bytes that connections received and sent, framing included.");
    }

    private static void CreateForRequests(Meter meter)
    {
        meter.CreateObservableCounter("netpoll.requests", () => OfTraffic(traffic => traffic.Requests), "{request}", "Requests that were given to handlers.");
        meter.CreateObservableCounter(
            "netpoll.requests.failed", () => OfTraffic(traffic => traffic.Failed), "{request}", "Requests whose handler failed, or whose connection ended first.");
        meter.CreateObservableCounter("netpoll.requests.shed", () => OfTraffic(traffic => traffic.Shed), "{request}", "Requests that no handler got, because too many waited.");
        meter.CreateObservableUpDownCounter("netpoll.requests.active", () => OfTraffic(traffic => traffic.Active), "{request}", "Requests that have no answer yet.");
    }

    private static void CreateForThreads(Meter meter)
    {
        meter.CreateObservableCounter("netpoll.loop.time", LoopTime, "s", "How long event loops have worked and been parked; the rate of busy is their busy share.");
        meter.CreateObservableGauge(
            "netpoll.loop.hold.longest", () => OfLoops(load => load.LongestHold.TotalSeconds), "s", "The longest round of the last 10 to 20 seconds: so long no socket was looked at.");
        meter.CreateObservableGauge("netpoll.loop.queue.length", () => OfLoops(load => (long)load.Queued), "{item}", "Work items that wait for an event loop.");
        meter.CreateObservableGauge("netpoll.workers.queue.length", () => OfSystems(system => (long)system.Workers.QueueLength), "{item}", "Work items that wait for a worker of the bounded dispatcher.");
        meter.CreateObservableGauge("netpoll.workers.running", () => OfSystems(system => (long)system.Workers.Running), "{thread}", "Workers that run at the moment.");
        meter.CreateObservableCounter("netpoll.watchdog.stalls", Stalls, "{stall}", "How often a handler held a thread for longer than the watchdog's limit.");
    }

    private static void CreateForBuffers(Meter meter)
    {
        meter.CreateObservableGauge("netpoll.buffers.pooled", () => BlockPool.Shared.GetStatistics().PooledBytes, "By", "Memory that lies ready for buffers.");
        meter.CreateObservableGauge("netpoll.buffers.rented", () => BlockPool.Shared.GetStatistics().Outstanding, "{block}", "Blocks that buffers and slices hold, or that were forgotten.");
        meter.CreateObservableCounter("netpoll.buffers.misses", () => BlockPool.Shared.GetStatistics().Misses, "{block}", "Blocks that had to be allocated because none lay ready.");
    }

    private static SystemSources[] Systems => Volatile.Read(ref s_systems);

    private static KeyValuePair<string, object?> OfSystem(SystemSources system) => new("netpoll.system", system.System);

    private static KeyValuePair<string, object?> OfPoller(int index) => new("netpoll.poller", index);

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static IEnumerable<Measurement<T>> OfSystems<T>(Func<SystemSources, T> read)
        where T : struct => Systems.Select(system => new Measurement<T>(read(system), OfSystem(system)));

    private static IEnumerable<Measurement<long>> OfTraffic(Func<PollerTraffic, long> read) =>
        from system in Systems
        from poller in Enumerable.Range(0, system.Traffic.Count)
        select new Measurement<long>(read(system.Traffic[poller]), OfSystem(system), OfPoller(poller));

    private static IEnumerable<Measurement<T>> OfLoops<T>(Func<EventLoopLoad, T> read)
        where T : struct =>
        from system in Systems
        from poller in Enumerable.Range(0, system.Loops.Count)
        select new Measurement<T>(read(system.Loops[poller].GetLoad()), OfSystem(system), OfPoller(poller));

    // Reasons that never came up are left out, so that a healthy server shows few series.
    private static IEnumerable<Measurement<long>> Closed() =>
        from system in Systems
        from reason in s_reasons
        let count = system.Traffic.Sum(traffic => traffic.Closed(reason))
        where count > 0
        select new Measurement<long>(count, OfSystem(system), new("netpoll.close.reason", NameOf(reason)));

    private static IEnumerable<Measurement<long>> Refused() =>
        from system in Systems
        from cause in s_causes
        let count = system.Traffic.Sum(traffic => traffic.Refused(cause))
        where count > 0
        select new Measurement<long>(count, OfSystem(system), new("netpoll.refusal.cause", NameOf(cause)));

    private static IEnumerable<Measurement<long>> NetworkBytes() =>
        from system in Systems
        from poller in Enumerable.Range(0, system.Traffic.Count)
        from direction in (string[])["receive", "transmit"]
        let traffic = system.Traffic[poller]
        select new Measurement<long>(
            direction == "receive" ? traffic.Received : traffic.Sent, OfSystem(system), OfPoller(poller), new("network.io.direction", direction));

    private static IEnumerable<Measurement<double>> LoopTime() =>
        from system in Systems
        from poller in Enumerable.Range(0, system.Loops.Count)
        let load = system.Loops[poller].GetLoad()
        from state in (string[])["busy", "idle"]
        select new Measurement<double>(
            (state == "busy" ? load.Busy : load.Idle).TotalSeconds, OfSystem(system), OfPoller(poller), new("netpoll.loop.state", state));

    private static IEnumerable<Measurement<long>> Stalls() =>
        from system in Systems
        from thread in (string[])["loop", "worker"]
        select new Measurement<long>(
            thread == "loop" ? system.Watchdog.LoopEpisodes : system.Watchdog.WorkerEpisodes, OfSystem(system), new("netpoll.thread", thread));
}
