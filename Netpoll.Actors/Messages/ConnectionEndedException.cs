namespace Netpoll.Actors.Messages;

/// <summary>Thrown to code that still reads from a connection which has ended other than by the peer's close, so that bytes may be missing.</summary>
public sealed class ConnectionEndedException : IOException
{
    internal ConnectionEndedException(CloseReason reason, Exception? error)
        : base($"The connection has ended ({reason}).", error) => Reason = reason;

    /// <summary>Why it ended.</summary>
    public CloseReason Reason { get; }
}
