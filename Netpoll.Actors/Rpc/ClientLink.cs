using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>Whom to tell a call: the connection while there is one, else the client, which keeps or refuses it. Written by the client, read by any thread.</summary>
internal sealed class ClientLink
{
    private volatile IActorRef _target = ActorRefs.Nobody;
    private volatile RpcConnectionException? _stopped;

    public IActorRef Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>Set once the client has stopped: nobody may be left to refuse a call then, not even as a dead letter.</summary>
    public RpcConnectionException? Stopped
    {
        get => _stopped;
        set => _stopped = value;
    }
}
