using Akka.Actor;
using Akka.Event;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Messages;

/// <summary>
/// Command to a connection: send a frame of its own, apart from any request. Owns its bytes until the connection has them. With an
/// acknowledgement, its sender is told that object once the kernel has taken the whole frame, or <see cref="SendFailed"/> when it will not.
/// </summary>
/// <remarks>That the kernel has the bytes does not say that the peer's program has read them: only an answer does.</remarks>
public sealed class Send : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    /// <summary>Sends bytes that are copied.</summary>
    /// <param name="payload">The frame's payload.</param>
    /// <param name="acknowledgement">What to tell the sender of this message; null for nothing.</param>
    public Send(ReadOnlySpan<byte> payload, object? acknowledgement = null)
    {
        Acknowledgement = acknowledgement;
        Written.WriteBinary(payload);
        Written.Flush();
    }

    /// <summary>Sends a slice, whose contents the message takes over: the slice is empty afterwards.</summary>
    /// <param name="payload">The frame's payload.</param>
    /// <param name="acknowledgement">What to tell the sender of this message; null for nothing.</param>
    public Send(BufferSlice payload, object? acknowledgement = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Acknowledgement = acknowledgement;
        payload.MoveTo(Sliced);
    }

    /// <summary>What the sender is told once the kernel has the frame; null for nothing.</summary>
    public object? Acknowledgement { get; }

    internal LinkBuffer Written { get; } = new();

    internal BufferSlice Sliced { get; } = new();

    void IOwnsResources.Release()
    {
        Written.Clear();
        Sliced.Dispose();
    }

    void IUndeliverable.OnUndelivered(AllDeadLetters letter, ActorSystem system)
    {
        ((IOwnsResources)this).Release();
        if (Acknowledgement is not null)
        {
            IUndeliverable.Answer(letter, system, new SendFailed(this, new InvalidOperationException("The connection has ended.")));
        }
    }
}

/// <summary>Answer to a <see cref="Send"/> with an acknowledgement: its frame was not handed to the kernel, or not whole.</summary>
/// <param name="Command">What was to be sent. Its bytes are gone.</param>
/// <param name="Error">Why.</param>
public sealed record SendFailed(Send Command, Exception Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
