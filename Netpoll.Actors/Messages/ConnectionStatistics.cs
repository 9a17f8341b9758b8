namespace Netpoll.Actors.Messages;

/// <summary>What has become of an actor system's connections since it started. A snapshot; sums over pollers that go on meanwhile.</summary>
/// <param name="Opened">Connections that got a handler, or that a client opened.</param>
/// <param name="Refused">Connections that the listener's <c>Prepare</c> refused.</param>
/// <param name="ShedRequests">Requests that were not given to a handler because too many waited.</param>
/// <param name="Closed">How many ended for each reason, those refused included.</param>
public sealed record ConnectionStatistics(
    long Opened, long Refused, long ShedRequests, IReadOnlyDictionary<CloseReason, long> Closed);
