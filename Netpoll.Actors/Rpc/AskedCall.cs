using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>A call by Ask or Tell: the answer is a message.</summary>
internal sealed class AskedCall(IActorRef asker) : PendingCall
{
    protected override void Finish(in Response response) => asker.Tell(response, ActorRefs.NoSender);

    protected override void Finish(Exception error) => asker.Tell(new Status.Failure(error), ActorRefs.NoSender);
}
