using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>What is special about one call of a method.</summary>
/// <param name="Timeout">
/// How long the caller waits, retries included; for a stream, until its end. Null for no limit. The server is told, and neither begins what is
/// late nor goes on with it.
/// </param>
/// <param name="Metadata">What travels along; null for nothing. Copied.</param>
/// <param name="IsIdempotent">Whether the server may safely do it twice. Only such calls are made again after they may have reached the server.</param>
/// <param name="OnStreamEnd">
/// Of a stream that ends well: gets the metadata that came with its end, before its enumeration ends. Null for nobody. For a call with one
/// answer there is <see cref="RpcUnary{TRequest, TResponse}.CallWithMetadataAsync"/>.
/// </param>
public readonly record struct RpcCallOptions(
    TimeSpan? Timeout = null, RpcMetadata? Metadata = null, bool IsIdempotent = false, Action<RpcMetadata>? OnStreamEnd = null);
