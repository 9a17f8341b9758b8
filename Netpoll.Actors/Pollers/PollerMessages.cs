using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Pollers;

/// <summary>What a poller (<c>/system/netpoll/poller-0</c> and so on) answers to <see cref="GetStats"/>.</summary>
/// <param name="Index">Which poller, from 0.</param>
/// <param name="Sockets">Sockets on its loop at the moment: connections, listeners, attempts to connect.</param>
/// <param name="Backend">By which of the kernel's doors it hears of them.</param>
/// <param name="Loop">What its loop has done so far.</param>
/// <param name="Load">How much its loop has to do.</param>
public sealed record PollerStats(int Index, int Sockets, PollerBackend Backend, EventLoopStatistics Loop, EventLoopLoad Load) : INoSerializationVerificationNeeded;
