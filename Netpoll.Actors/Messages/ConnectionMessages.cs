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

/// <summary>Event to a handler: it now serves this connection. Comes before the first request.</summary>
/// <param name="Connection">The connection.</param>
public sealed record Connected(ConnectionRef Connection) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Event to a handler: the connection has ended. Comes exactly once, after the last request.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record Disconnected(ConnectionRef Connection, CloseReason Reason, Exception? Error)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Published on the actor system's event stream when a connection is open, accepted or dialled.</summary>
/// <param name="Connection">The connection.</param>
public sealed record ConnectionOpened(ConnectionRef Connection);

/// <summary>Published on the actor system's event stream when a connection has ended: subscribe to see every end with its reason.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record ConnectionClosed(ConnectionRef Connection, CloseReason Reason, Exception? Error);
