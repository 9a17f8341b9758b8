using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>Whom to tell a call: the connection while there is one, else the client, which keeps or refuses it. Written by the client, read by any thread.</summary>
internal sealed class ClientLink
{
    private volatile IActorRef _target = ActorRefs.Nobody;

    public IActorRef Target
    {
        get => _target;
        set => _target = value;
    }
}
