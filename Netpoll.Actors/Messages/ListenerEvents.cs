using Akka.Actor;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>Published on the actor system's event stream when a listener accepts connections.</summary>
/// <param name="Listener">The listener.</param>
/// <param name="Addresses">Where, with the ports that the kernel chose.</param>
public sealed record ListenerBound(IActorRef Listener, IReadOnlyList<NetAddress> Addresses);

/// <summary>Published on the actor system's event stream when a listener that was bound accepts no more: it was unbound, drained or stopped.</summary>
/// <param name="Listener">The listener.</param>
/// <param name="Addresses">Where it was bound.</param>
public sealed record ListenerUnbound(IActorRef Listener, IReadOnlyList<NetAddress> Addresses);

/// <summary>Published on the actor system's event stream, once an episode, when a listener can accept nothing because descriptors or memory have run out.</summary>
/// <param name="Listener">The listener; it tries again by itself.</param>
/// <param name="Error">What the kernel said.</param>
public sealed record AcceptingSuspended(IActorRef Listener, string Error);

/// <summary>Published on the actor system's event stream when a listener can accept again after <see cref="AcceptingSuspended"/>.</summary>
/// <param name="Listener">The listener.</param>
public sealed record AcceptingResumed(IActorRef Listener);
