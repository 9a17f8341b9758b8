using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// Command to an <see cref="RpcClient"/>: call the server. Answered with a <see cref="Response"/>, or with <see cref="Status.Failure"/> (so
/// that Ask throws) that holds a <see cref="TimeoutException"/> or an <see cref="RpcException"/>.
/// </summary>
/// <param name="Payload">The request's bytes; not to be changed before the answer.</param>
/// <param name="Timeout">The call's own time-out; null for none besides that of the Ask.</param>
public sealed record Call(ReadOnlyMemory<byte> Payload, TimeSpan? Timeout = null) : INoSerializationVerificationNeeded
{
    /// <summary>Whether the server may safely do it twice. Only such calls are made again after they may have reached the server. Defaults to false.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>For the protocol, which gets it in <see cref="CallHead.Tag"/>. Defaults to null.</summary>
    public object? Tag { get; init; }
}
