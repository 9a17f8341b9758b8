using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Rpc;

/// <summary>The answer to a call. Whoever receives it owns its bytes and disposes of it; forgetting costs garbage, nothing else.</summary>
public sealed class Response : IDisposable, INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    private readonly BufferSlice _payload;

    internal Response(BufferSlice payload) => _payload = payload;

    /// <summary>The bytes, without a copy: valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySequence<byte> Payload => _payload.AsSequence();

    /// <summary>Gives the bytes back. Harmless when repeated.</summary>
    public void Dispose() => _payload.Dispose();

    void IOwnsResources.Release() => Dispose();
}
