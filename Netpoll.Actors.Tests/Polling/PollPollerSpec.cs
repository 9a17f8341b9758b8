using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>The specification of pollers, on <c>poll(2)</c>.</summary>
public sealed class PollPollerSpec() : PollerSpec(PollerBackend.Poll);
