using System.Threading.Tasks.Sources;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>
/// A frame that is no answer by itself: an item of a stream, for example. Written by its sender, told to the connection, and the sender's
/// again when <see cref="SendAsync"/> has ended; so one object serves a whole stream.
/// </summary>
internal sealed class OutgoingFrame(IActorRef connection) : IValueTaskSource<bool>, INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    // Continuations run on the thread pool: never on the loop, which they could hold.
    private ManualResetValueTaskSourceCore<bool> _sent = new() { RunContinuationsAsynchronously = true };
    private int _isPending;

    /// <summary>The frame's payload: the sender's until <see cref="SendAsync"/>, and empty when that has ended.</summary>
    public LinkBuffer Payload { get; } = new();

    /// <summary>Sends the frame. Ends when the peer has taken enough of what was sent before that more may follow.</summary>
    /// <returns>False if the connection has ended: nothing more need be sent.</returns>
    public ValueTask<bool> SendAsync()
    {
        Payload.Flush();
        _sent.Reset();
        Volatile.Write(ref _isPending, 1);
        connection.Tell(this, ActorRefs.NoSender);
        return new ValueTask<bool>(this, _sent.Version);
    }

    /// <summary>Of the connection: the frame is dealt with.</summary>
    public void Complete(bool isOpen)
    {
        if (Interlocked.Exchange(ref _isPending, 0) != 0)
        {
            _sent.SetResult(isOpen);
        }
    }

    /// <inheritdoc/>
    public void Release()
    {
        Payload.Clear();
        Complete(isOpen: false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _sent.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _sent.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sent.OnCompleted(continuation, state, token, flags);
}

/// <summary>The frames of a connection whose senders wait until more may follow.</summary>
internal sealed class OutgoingFrames
{
    private readonly List<OutgoingFrame> _waiting = [];

    public int Count => _waiting.Count;

    public void Add(OutgoingFrame frame) => _waiting.Add(frame);

    /// <summary>Lets all of them go on.</summary>
    public void Complete(bool isOpen)
    {
        foreach (OutgoingFrame frame in _waiting)
        {
            frame.Complete(isOpen);
        }

        _waiting.Clear();
    }
}
