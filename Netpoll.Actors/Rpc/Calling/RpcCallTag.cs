using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>What a call's head says besides its id and its time. One for each method serves all its calls that have no metadata.</summary>
internal sealed class RpcCallTag(byte[] method, bool isOneWay, RpcMetadata? metadata = null) : ITracedTag
{
    /// <summary>The method's name in UTF-8.</summary>
    public byte[] Method { get; } = method;

    /// <summary>Whether no answer is to come.</summary>
    public bool IsOneWay { get; } = isOneWay;

    /// <summary>What travels along; null for nothing.</summary>
    public RpcMetadata? Metadata { get; } = metadata;

    /// <summary>Bytes of the head.</summary>
    public int HeadBytes { get; } = RpcHeader.Bytes + method.Length + (metadata?.MeasureBytes() ?? 0);

    /// <summary>The same with metadata.</summary>
    /// <exception cref="ArgumentException">It is too long to be sent.</exception>
    public RpcCallTag With(RpcMetadata metadata) => new(Method, IsOneWay, metadata);
}
