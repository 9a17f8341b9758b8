using Akka.Actor;
using Akka.Event;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>
/// Command to a connection: take the socket out, open, and end without closing it. Answered with <see cref="Detached"/>, or with
/// <see cref="Status.Failure"/> (so that Ask throws) when the connection is ending already, or has ended. Requests in flight are not answered any more.
/// </summary>
public sealed class Detach : INoSerializationVerificationNeeded, IDeadLetterSuppression, IUndeliverable
{
    private Detach()
    {
    }

    /// <summary>The one there is.</summary>
    public static Detach Instance { get; } = new();

    void IUndeliverable.OnUndelivered(AllDeadLetters letter, ActorSystem system) => IUndeliverable.Answer(
        letter, system, new Status.Failure(new InvalidOperationException("The connection has ended, so its socket cannot be taken out.")));
}

/// <summary>
/// Answer to <see cref="Detach"/>: the socket, and every byte that is on its way through this program. Whoever receives it owns all three and
/// disposes of it; what was taken out before is no longer its own.
/// </summary>
public sealed class Detached : IDisposable, INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    private SocketHandle? _socket;

    internal Detached(ConnectionRef connection, SocketHandle socket, LinkBuffer unread, LinkBuffer unsent) =>
        (Connection, _socket, Unread, Unsent) = (connection, socket, unread, unsent);

    /// <summary>The connection that it was. It has ended, with <see cref="CloseReason.Detached"/>.</summary>
    public ConnectionRef Connection { get; }

    /// <summary>What was read from the socket and is not a request yet: the peer's next bytes come after these.</summary>
    public LinkBuffer Unread { get; }

    /// <summary>What was written and not handed to the kernel yet, from the middle of a frame perhaps: it has to be sent first.</summary>
    public LinkBuffer Unsent { get; }

    /// <summary>Takes the socket out: connected, non-blocking, the caller's to close.</summary>
    /// <exception cref="InvalidOperationException">It was taken already, or disposed.</exception>
    public SocketHandle TakeSocket() =>
        Interlocked.Exchange(ref _socket, null) ?? throw new InvalidOperationException("The socket was taken already.");

    /// <summary>Closes the socket, unless it was taken, and gives the buffers back. Harmless when repeated.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _socket, null)?.Dispose();
        Unread.Dispose();
        Unsent.Dispose();
    }

    void IOwnsResources.Release() => Dispose();
}
