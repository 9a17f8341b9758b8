using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Messages;

/// <summary>Command to a connection: send what was written before, then close.</summary>
public sealed class Close : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private Close()
    {
    }

    /// <summary>The one there is.</summary>
    public static Close Instance { get; } = new();
}

/// <summary>Command to a connection: reset it now and discard what is unsent.</summary>
public sealed class Abort : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private Abort()
    {
    }

    /// <summary>The one there is.</summary>
    public static Abort Instance { get; } = new();
}

/// <summary>
/// Command to a connection: send what was written before, then tell the peer that nothing more will come (TCP's FIN), and go on receiving.
/// Answers given later are dropped. The connection ends when the peer closes its side too.
/// </summary>
public sealed class CloseOutput : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private CloseOutput()
    {
    }

    /// <summary>The one there is.</summary>
    public static CloseOutput Instance { get; } = new();
}

/// <summary>Command to a connection: read no more, so that the peer's sends come to a stand. Requests already told are not taken back. Repeating it is harmless.</summary>
public sealed class PauseReading : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private PauseReading()
    {
    }

    /// <summary>The one there is.</summary>
    public static PauseReading Instance { get; } = new();
}

/// <summary>Command to a connection: read again after <see cref="PauseReading"/>.</summary>
public sealed class ResumeReading : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private ResumeReading()
    {
    }

    /// <summary>The one there is.</summary>
    public static ResumeReading Instance { get; } = new();
}

/// <summary>
/// Command to a connection: read nothing more after a moment. It then ends with <see cref="CloseReason.ReadTimeout"/>, as soon as what is in flight is
/// answered. What comes meanwhile does not move the moment; whoever waits for the next request sets it anew when one has come.
/// </summary>
/// <param name="Due">
/// The moment; one that has passed ends the connection at once. Null takes it away. Turned into a length of time, by the system's clock, when the
/// connection hears of it: clocks that are set later do not matter.
/// </param>
public sealed record SetReadDeadline(DateTimeOffset? Due) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>
/// Command to a connection: what the peer has not taken by a moment is not to be sent any more. If something is unsent then, the connection is reset, with
/// <see cref="CloseReason.WriteTimeout"/>; else nothing happens, and the deadline is over.
/// </summary>
/// <param name="Due">As of <see cref="SetReadDeadline"/>.</param>
public sealed record SetWriteDeadline(DateTimeOffset? Due) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Event to a handler: it now serves this connection. Comes before the first request.</summary>
/// <param name="Connection">The connection.</param>
public sealed record Connected(ConnectionRef Connection) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Event to a handler: the connection has ended. Comes exactly once, after the last request.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record Disconnected(ConnectionRef Connection, CloseReason Reason, Exception? Error)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Event to a handler: the peer takes too little of what is sent, or takes it again.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="IsWritable">False from the high-water mark on, true again from the low one down.</param>
public sealed record WritabilityChanged(ConnectionRef Connection, bool IsWritable)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Published on the actor system's event stream when a connection is open, accepted or dialled.</summary>
/// <param name="Connection">The connection.</param>
public sealed record ConnectionOpened(ConnectionRef Connection);

/// <summary>Published on the actor system's event stream when a connection has ended: subscribe to see every end with its reason.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record ConnectionClosed(ConnectionRef Connection, CloseReason Reason, Exception? Error);
