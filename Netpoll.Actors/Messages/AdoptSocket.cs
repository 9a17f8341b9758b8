using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>
/// Command to a listener: serve a socket that is connected already, from another program part or an inherited descriptor, as if it had been
/// accepted. Owns the socket until the connection has it. Answered with <see cref="Adopted"/>, or with <see cref="Status.Failure"/> (so that
/// Ask throws) when the listener does not listen or has ended; the socket is then closed.
/// </summary>
public sealed class AdoptSocket : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    /// <summary>Adopts a .NET socket, which must not be used again. For a bare descriptor, make it with <c>new Socket(new SafeSocketHandle(...))</c>.</summary>
    /// <param name="socket">A connected stream socket without an operation under way.</param>
    /// <exception cref="SocketException">It is not connected.</exception>
    public AdoptSocket(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        NetAddress remote = NetAddress.FromEndPoint(socket.RemoteEndPoint ?? throw new SocketException((int)SocketError.NotConnected));
        LocalAddress = NetAddress.FromEndPoint(socket.LocalEndPoint!);
        Channel = new StreamChannel(SocketHandle.TakeFrom(socket), remote);
    }

    internal AdoptSocket(StreamChannel channel, NetAddress localAddress) => (Channel, LocalAddress) = (channel, localAddress);

    /// <summary>The socket's own address.</summary>
    public NetAddress LocalAddress { get; }

    internal StreamChannel Channel { get; }

    void IOwnsResources.Release() => Channel.Close();

    void IUndeliverable.OnUndelivered(AllDeadLetters letter, ActorSystem system)
    {
        Channel.Close();
        IUndeliverable.Answer(
            letter, system, new Status.Failure(new InvalidOperationException("The listener has ended, so it serves no sockets.")));
    }
}

/// <summary>Answer of a listener to <see cref="AdoptSocket"/>.</summary>
/// <param name="Connection">The actor of the new connection.</param>
public sealed record Adopted(IActorRef Connection) : INoSerializationVerificationNeeded;
