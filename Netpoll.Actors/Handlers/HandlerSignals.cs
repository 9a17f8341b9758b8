using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Handlers;

/// <summary>From a handler to its connection: OnConnected has ended, with all that was to be awaited.</summary>
internal sealed class HandshakeDone : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static HandshakeDone Instance { get; } = new();
}

/// <summary>To a connection that waits for it: there is room for requests again.</summary>
internal sealed class HandlersHaveRoom : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static HandlersHaveRoom Instance { get; } = new();
}

/// <summary>To a handler that writes as it likes: nothing more comes, after the requests told before. It may go on writing, and then is to end.</summary>
/// <param name="Error">What the peer broke off with; null for an end in good order.</param>
internal sealed record InputEnded(Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From a pipe handler to itself: its code has ended.</summary>
/// <param name="Session">Which run: it may be that of a handler in whose place it came.</param>
/// <param name="Failure">What it threw, or completed a pipe with; null if nothing.</param>
/// <param name="IsReported">Supervision knows of the failure.</param>
internal sealed record PipeCodeEnded(PipeSession Session, Exception? Failure, bool IsReported = false)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;
