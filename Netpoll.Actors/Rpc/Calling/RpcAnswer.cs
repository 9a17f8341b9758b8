using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>An answer with what travelled along.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Metadata">What the method has put into <see cref="Serving.RpcCall.AnswerMetadata"/>; empty if nothing.</param>
public readonly record struct RpcAnswer<TResponse>(TResponse Value, RpcMetadata Metadata);
