using Netpoll.Actors.Diagnostics;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Pollers;

/// <summary>One poller: its event loop, and the dispatcher that puts actors on it.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Loop">The event loop.</param>
/// <param name="DispatcherId">For <c>Props.WithDispatcher</c>: the actor then lives on the loop's thread. It must not block there.</param>
/// <param name="Traffic">Counts what its connections do.</param>
internal sealed record PollerRef(int Index, EventLoop Loop, string DispatcherId, PollerTraffic Traffic);
