using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>
/// Serves an <see cref="RpcService"/>: a <see cref="Listener"/> with the protocol's codec, and answers that leave as they come, each with the id of
/// its call.
/// </summary>
public static class RpcServer
{
    /// <summary>Describes a listener that serves, with handlers of its own.</summary>
    /// <param name="address"><c>tcp://host:port</c>, <c>unix:///path</c> or <c>unix://@name</c>; port 0 lets the kernel choose.</param>
    /// <param name="service">The methods.</param>
    /// <param name="handlers">
    /// Who serves; null for one handler for each connection. Made of <see cref="Handler"/>: with <see cref="HandlerSource.PerConnection"/>
    /// the calls of a connection begin one after the other; with <see cref="HandlerSource.SharedPool"/> those of several connections
    /// share one; with <see cref="HandlerSource.Shared"/> and a router, such as <c>Handler(service).WithRouter(new RoundRobinPool(8))</c>, those of
    /// one connection begin on several.
    /// </param>
    /// <param name="options">Limits and socket options; null for the defaults. Answers leave in no order, whatever they say.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Props Props(string address, RpcService service, HandlerSource? handlers = null, ListenerOptions? options = null) =>
        Props(NetAddress.Parse(address), service, handlers, options);

    /// <inheritdoc cref="Props(string, RpcService, HandlerSource?, ListenerOptions?)"/>
    public static Props Props(NetAddress address, RpcService service, HandlerSource? handlers = null, ListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Props([address], service, handlers, options);
    }

    /// <inheritdoc cref="Props(string, RpcService, HandlerSource?, ListenerOptions?)"/>
    /// <param name="addresses">Where; at least one.</param>
    /// <param name="service">The methods.</param>
    /// <param name="handlers">Who serves; null for one handler for each connection.</param>
    /// <param name="options">Limits and socket options; null for the defaults. Answers leave in no order, whatever they say.</param>
    public static Props Props(
        IReadOnlyList<NetAddress> addresses, RpcService service, HandlerSource? handlers = null, ListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        return Listener.Props(
            addresses,
            service.Codec,
            handlers ?? HandlerSource.PerConnection(Handler(service)),
            (options ?? ListenerOptions.Default) with { AnswersInOrder = false });
    }

    /// <summary>Describes a handler that serves: for a <see cref="HandlerSource"/>, for an actor of your own making, or for a router.</summary>
    public static Props Handler(RpcService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return RpcHandler.Props(service);
    }
}
