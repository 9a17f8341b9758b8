using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A client: an actor that connects to one server and answers <see cref="Call"/> with <see cref="Response"/>. Many calls may be open at
/// once; they are matched with the answers by their order, as protocols without ids ask for.
/// </summary>
/// <remarks>
/// Calls made while it connects wait. When the connection ends, open calls fail with <see cref="RpcConnectionException"/>, and so do later ones:
/// it does not connect again. When the actor stops, the connection is closed.
/// </remarks>
public static class RpcClient
{
    /// <summary>Describes a client.</summary>
    /// <param name="address">The server.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs and limits; null for the defaults.</param>
    public static Props Props(NetAddress address, IFrameCodec codec, RpcClientOptions? options = null) =>
        Props(address, codec, options, new ClientLink());

    internal static Props Props(NetAddress address, IFrameCodec codec, RpcClientOptions? options, ClientLink link)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(codec);
        options ??= RpcClientOptions.Default;
        options.Validate();
        return Akka.Actor.Props.CreateBy(new Producer<RpcClientActor>(() => new RpcClientActor(address, codec, options, link)));
    }
}
