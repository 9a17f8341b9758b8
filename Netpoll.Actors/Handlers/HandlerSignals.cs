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
