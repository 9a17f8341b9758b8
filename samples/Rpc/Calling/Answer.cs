using Netpoll.Actors.Rpc.Protocol;

namespace RpcSample.Calling;

/// <summary>One message from the server, out of its frame.</summary>
internal sealed record Answer(RpcKind Kind, RpcStatus Status, byte[] Payload, string? ErrorText);
