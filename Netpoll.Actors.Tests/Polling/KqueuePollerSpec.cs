using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>The specification of pollers, on <c>kqueue(2)</c>.</summary>
public sealed class KqueuePollerSpec() : PollerSpec(PollerBackend.Kqueue);
