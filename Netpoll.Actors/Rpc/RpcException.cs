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

    /// <summary>The same for another call: an exception that is thrown twice would mix the two stacks.</summary>
    internal RpcConnectionException ForAnotherCall() => new(Message, Reason, InnerException);
}

/// <summary>
/// A stream that was given up because its items came faster than they were read, from a server that cannot be held back, or does not let itself
/// be: see <see cref="RpcClientOptions.MaxUnreadBytes"/>.
/// </summary>
public sealed class RpcOverflowException : RpcException
{
    internal RpcOverflowException(string message)
        : base(message)
    {
    }
}

/// <summary>A call that was not made, because too many are open or waiting, or the server is taken for dead for now.</summary>
public sealed class RpcRefusedException : RpcException
{
    internal RpcRefusedException(string message)
        : base(message)
    {
    }
}
