using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// Command to an <see cref="RpcClient"/>: take no more calls, let those that are on their way to a server end, then close and stop. Calls that
/// still wait for a connection fail. Answered with <see cref="ClientDrained"/>.
/// </summary>
/// <param name="Timeout">How long to wait for the open calls; then they fail.</param>
public sealed record DrainClient(TimeSpan Timeout) : INoSerializationVerificationNeeded;

/// <summary>Answer of a client: it has closed its connections, and stops.</summary>
/// <param name="Unanswered">Calls that were still open when the time was over.</param>
public sealed record ClientDrained(int Unanswered) : INoSerializationVerificationNeeded;
