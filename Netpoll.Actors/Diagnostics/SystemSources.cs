using Netpoll.Actors.Dispatch;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Diagnostics;

/// <summary>What one actor system has to show: where the observable instruments read.</summary>
/// <param name="System">The actor system's name.</param>
/// <param name="Loops">The pollers' loops, by index.</param>
/// <param name="Traffic">The pollers' counters, by index.</param>
/// <param name="Workers">The bounded dispatcher's threads.</param>
/// <param name="Watchdog">The watchdog.</param>
internal sealed record SystemSources(
    string System, IReadOnlyList<EventLoop> Loops, IReadOnlyList<PollerTraffic> Traffic, WorkerPool Workers, HandlerWatchdog Watchdog);
