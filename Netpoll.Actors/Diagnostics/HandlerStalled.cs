using Akka.Actor;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// Published on the actor system's event stream, once an episode, when a handler has been at one message for longer than the watchdog's limit. On an
/// event loop every connection of the loop waits meanwhile.
/// </summary>
/// <param name="Handler">The handler.</param>
/// <param name="MessageType">The name of the message's class; <c>Request</c> for a request.</param>
/// <param name="HeldFor">For how long at least, when it was noticed; it may go on.</param>
/// <param name="IsLoop">True when it holds an event loop, false when it holds a worker of the bounded dispatcher.</param>
/// <param name="Thread">The name of the thread.</param>
public sealed record HandlerStalled(IActorRef Handler, string MessageType, TimeSpan HeldFor, bool IsLoop, string Thread);
