using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>A server: an actor that accepts connections and is their parent. Spawn it anywhere in your tree.</summary>
/// <remarks>
/// Answers <see cref="Messages.GetBound"/> and <see cref="Messages.Unbind"/>. When it stops, it stops accepting and its connections end.
/// </remarks>
public static class Listener
{
    /// <summary>Describes a listener.</summary>
    /// <param name="address"><c>tcp://host:port</c>, <c>unix:///path</c> or <c>unix://@name</c>; port 0 lets the kernel choose.</param>
    /// <param name="codec">What is one request.</param>
    /// <param name="handlers">Who answers it.</param>
    /// <param name="options">Limits and socket options; null for the defaults.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Props Props(string address, IFrameCodec codec, HandlerSource handlers, ListenerOptions? options = null) =>
        Props(NetAddress.Parse(address), codec, handlers, options);

    /// <inheritdoc cref="Props(string, IFrameCodec, HandlerSource, ListenerOptions?)"/>
    public static Props Props(NetAddress address, IFrameCodec codec, HandlerSource handlers, ListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(handlers);
        options ??= ListenerOptions.Default;
        options.Validate();
        return Akka.Actor.Props.CreateBy(new Producer<ListenerActor>(() => new ListenerActor(address, codec, handlers, options)));
    }
}
