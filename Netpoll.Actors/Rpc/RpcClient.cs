using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A client: an actor that connects to one server, or to several that do the same, and answers <see cref="Call"/> with <see cref="Response"/>.
/// Many calls may be open at once. How connections are used, how calls and answers find each other, when a call is made again: see
/// <see cref="RpcClientOptions"/>.
/// </summary>
/// <remarks>
/// <para>
/// Calls made while it connects wait. When a connection ends, its open calls fail with <see cref="RpcConnectionException"/> (or are made again, if
/// that is allowed), and it is replaced. While no server can be reached, calls fail at once, and the client tries again, after longer and
/// longer waits. When the actor stops, its connections are closed and every call fails.
/// </para>
/// <para>
/// Ask allocates some 1.7 KB for a call where <see cref="RpcChannel"/> allocates nothing (the message, a future and its timer, the answer as an
/// object), and passes one more actor. It is for code that lives in actors.
/// </para>
/// </remarks>
public static class RpcClient
{
    /// <summary>Describes a client.</summary>
    /// <param name="address">The server.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults.</param>
    public static Props Props(NetAddress address, IFrameCodec codec, RpcClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Props([address], codec, options);
    }

    /// <summary>Describes a client of several servers.</summary>
    /// <param name="addresses">The servers, at least one.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults.</param>
    public static Props Props(IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions? options = null)
    {
        Check(addresses, codec, options);
        return Props(addresses, codec, options ?? RpcClientOptions.Default, router: null);
    }

    internal static Props Props(IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions options, CallRouter? router) =>
        Akka.Actor.Props.CreateBy(new Producer<RpcClientActor>(() => new RpcClientActor(addresses, codec, options, router)));

    internal static void Check(IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Count, nameof(addresses));
        ArgumentNullException.ThrowIfNull(codec);
        options?.Validate();
    }
}
