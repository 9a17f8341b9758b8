using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Rpc;

/// <summary>A call that got no answer, for a reason other than its time-out.</summary>
public class RpcException : IOException
{
    internal RpcException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A call that got no answer because its connection ended, or never came to be.</summary>
public sealed class RpcConnectionException : RpcException
{
    internal RpcConnectionException(string message, CloseReason? reason, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>Why the connection ended; null if there was none.</summary>
    public CloseReason? Reason { get; }
}
