using Akka.Actor;
using Netpoll.Actors.Handlers;

namespace RedisSample.Serving;

/// <summary>Command to the keyspace: do this, and answer the request.</summary>
/// <param name="Request">Who asks.</param>
/// <param name="Arguments">The command's name and what follows it; at least the name.</param>
internal sealed record Execute(Request Request, IReadOnlyList<byte[]> Arguments) : INoSerializationVerificationNeeded;

/// <summary>
/// Command to the keyspace: answer the request and close its connection. By way of the keyspace, so that the commands before it are answered
/// first.
/// </summary>
internal sealed record HangUp(Request Request, byte[] LastWords) : INoSerializationVerificationNeeded;
