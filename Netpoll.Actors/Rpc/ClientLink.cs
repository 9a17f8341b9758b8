using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>Whom to tell a call: the connection while there is one, else the client, which keeps or refuses it. Written by the client, read by any thread.</summary>
internal sealed class ClientLink
{
    private volatile IActorRef _target = ActorRefs.Nobody;
    private volatile RpcConnectionException? _stopped;
    private int _atClient;

    public IActorRef Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>
    /// True when every call that went to the client has been passed on. Only then may a call go to the connection directly: as the
    /// connection opens, older calls of the same caller are still in the client's mailbox, and would be overtaken.
    /// </summary>
    public bool IsClientPassed => Volatile.Read(ref _atClient) == 0;

    /// <summary>A call is about to be told to the client. Any thread.</summary>
    public void EnterClient() => Interlocked.Increment(ref _atClient);

    /// <summary>The client has passed the call on, or refused it.</summary>
    public void LeaveClient() => Interlocked.Decrement(ref _atClient);

    /// <summary>Set once the client has stopped: nobody may be left to refuse a call then, not even as a dead letter.</summary>
    public RpcConnectionException? Stopped
    {
        get => _stopped;
        set => _stopped = value;
    }
}
