using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// The answer to a call. Whoever receives it owns its bytes and disposes of it; forgetting costs garbage, nothing else. A small value;
/// copies are the same answer. Use it on one thread at a time.
/// </summary>
public readonly struct Response : IDisposable, INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources, IEquatable<Response>
{
    // The call itself keeps the bytes, and is used again afterwards: the version tells a copy that has outlived its disposal.
    private readonly PendingCall? _call;
    private readonly int _version;

    internal Response(PendingCall call, int version) => (_call, _version) = (call, version);

    /// <summary>The bytes, without a copy: valid until <see cref="Dispose"/>, and empty after it.</summary>
    public ReadOnlySequence<byte> Payload => _call is null ? ReadOnlySequence<byte>.Empty : _call.ReadAnswer(_version);

    /// <summary>What the protocol has put in front of the bytes, and the bytes. As long as they are valid.</summary>
    internal ReadOnlySequence<byte> Frame => _call is null ? ReadOnlySequence<byte>.Empty : _call.ReadFrame(_version);

    /// <summary>Gives the bytes back. Harmless when repeated.</summary>
    public void Dispose() => _call?.ReleaseAnswer(_version);

    void IOwnsResources.Release() => Dispose();

    /// <inheritdoc/>
    public bool Equals(Response other) => _call == other._call && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Response other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_call, _version);

    /// <summary>Whether both are the same answer.</summary>
    public static bool operator ==(Response left, Response right) => left.Equals(right);

    /// <summary>Whether they are different answers.</summary>
    public static bool operator !=(Response left, Response right) => !left.Equals(right);
}
