using Akka.Actor;
using Akka.Event;
using Netpoll.Poller.Channels;

namespace Netpoll.Actors.Rpc;

/// <summary>To a connection: its outbox has calls, or some of its calls were cancelled. One for each batch.</summary>
internal sealed class CallsPosted : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static CallsPosted Instance { get; } = new();
}

/// <summary>From the loop's wheel to a connection: some call may be overdue.</summary>
internal sealed class CallsDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static CallsDue Instance { get; } = new();
}

/// <summary>To a connection that was not read because of a full stream: it no longer is, or nobody reads it any more.</summary>
internal sealed class StreamHasRoom : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static StreamHasRoom Instance { get; } = new();
}

/// <summary>To a connection: the reader of a stream has taken so much that the server may send more.</summary>
internal sealed record StreamWasRead(StreamedCall Call) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>To a connection: take no more calls, and close when those that are open have ended.</summary>
internal sealed class DrainLink : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static DrainLink Instance { get; } = new();
}

/// <summary>From the router to its client: calls wait for more connections.</summary>
internal sealed class CallsWaiting : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static CallsWaiting Instance { get; } = new();
}

/// <summary>From a connection to its client: it is open.</summary>
internal sealed record LinkOpened(ClientLink Link) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From a connection to its client: it has ended.</summary>
internal sealed record LinkEnded(ClientLink Link, RpcConnectionException Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>An attempt to connect has succeeded.</summary>
internal sealed record Dialled(ServerEndpoint Endpoint, Pollers.PollerRef Poller, StreamChannel Channel)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, Messages.IOwnsResources
{
    public void Release() => Channel.Close();
}

/// <summary>An attempt to connect has failed.</summary>
internal sealed record DialFailed(ServerEndpoint Endpoint, Exception Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the loop's wheel: a server's wait is over, and it may be tried again.</summary>
internal sealed record RedialDue(ServerEndpoint Endpoint) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the loop's wheel: the time for draining is over.</summary>
internal sealed class DrainDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static DrainDue Instance { get; } = new();
}
