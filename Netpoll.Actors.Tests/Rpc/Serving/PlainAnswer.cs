using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>One message from the server, out of its frame.</summary>
internal sealed record PlainAnswer(RpcKind Kind, RpcStatus Status, byte[] Payload, string? ErrorText);
