namespace Netpoll.Actors.Rpc;

/// <summary>What is special about one call.</summary>
/// <param name="Timeout">How long the caller waits, from the moment of the call, retries included; null for no limit.</param>
/// <param name="IsIdempotent">Whether the server may safely do it twice. Only such calls are made again after they may have reached the server.</param>
/// <param name="Tag">For the protocol, which gets it in <see cref="CallHead.Tag"/>: a method, for example. Of no meaning to the client.</param>
public readonly record struct CallOptions(TimeSpan? Timeout = null, bool IsIdempotent = false, object? Tag = null);
