using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Connections;

/// <summary>The sends of one connection whose senders wait to hear that the kernel has them, oldest first. Loop thread only.</summary>
internal sealed class Acknowledgements
{
    private readonly Queue<Waiting> _waiting = new();

    /// <param name="end">Which byte of the connection's whole output the frame ends with.</param>
    /// <param name="command">The send.</param>
    /// <param name="sender">Who waits.</param>
    public void Add(long end, Send command, IActorRef sender) => _waiting.Enqueue(new Waiting(end, command, sender));

    /// <summary>The kernel has so many bytes in all.</summary>
    public void TellUpTo(long sentBytes)
    {
        while (_waiting.TryPeek(out Waiting next) && next.End <= sentBytes)
        {
            _waiting.Dequeue();
            next.Sender.Tell(next.Command.Acknowledgement!, ActorRefs.NoSender);
        }
    }

    /// <summary>The kernel gets no more.</summary>
    public void FailAll(Exception error)
    {
        while (_waiting.TryDequeue(out Waiting next))
        {
            next.Sender.Tell(new SendFailed(next.Command, error), ActorRefs.NoSender);
        }
    }

    private readonly record struct Waiting(long End, Send Command, IActorRef Sender);
}
