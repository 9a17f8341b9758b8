using Akka.Actor;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>A connection as everybody else sees it. Any thread; stays valid after the connection has ended.</summary>
public sealed class ConnectionRef
{
    private volatile bool _isActive = true;
    private object? _protocolState;

    internal ConnectionRef(IActorRef actor, NetAddress remoteAddress, NetAddress localAddress) =>
        (Actor, RemoteAddress, LocalAddress) = (actor, remoteAddress, localAddress);

    /// <summary>The connection's actor: watch it to learn of its end.</summary>
    public IActorRef Actor { get; }

    /// <summary>The peer's address.</summary>
    public NetAddress RemoteAddress { get; }

    /// <summary>This end's address; for an accepted connection, where its listener listens.</summary>
    public NetAddress LocalAddress { get; }

    /// <summary>True until either side has closed. Costs no message and no system call.</summary>
    public bool IsActive => _isActive;

    /// <summary>Closes the connection after what was sent before has left. Returns at once.</summary>
    public void Close() => Actor.Tell(Messages.Close.Instance, ActorRefs.NoSender);

    /// <summary>Resets the connection and discards what is unsent. Returns at once.</summary>
    public void Abort() => Actor.Tell(Messages.Abort.Instance, ActorRefs.NoSender);

    /// <inheritdoc/>
    public override string ToString() => $"{LocalAddress} <- {RemoteAddress}";

    /// <summary>What the protocol above keeps with the connection; null until it is set.</summary>
    internal object? ProtocolState => Volatile.Read(ref _protocolState);

    /// <summary>Sets it, unless somebody was first; returns what is set.</summary>
    internal object SetProtocolStateOnce(object state) => Interlocked.CompareExchange(ref _protocolState, state, null) ?? state;

    internal void MarkInactive() => _isActive = false;
}
