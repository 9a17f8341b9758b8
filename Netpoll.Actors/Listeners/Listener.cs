using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>A server: an actor that accepts connections and is their parent. Spawn it anywhere in your tree.</summary>
/// <remarks>
/// Answers <see cref="Messages.GetBound"/>, <see cref="Messages.Unbind"/>, <see cref="Messages.Drain"/> and
/// <see cref="Messages.GetStats"/>. When it stops, it stops accepting and its connections end. In a coordinated shutdown of
/// the actor system it unbinds in the phase <c>service-unbind</c>, drains in <c>service-requests-done</c> and stops in <c>service-stop</c>.
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
        return Props([address], codec, handlers, options);
    }

    /// <summary>Describes a listener on several addresses.</summary>
    /// <param name="addresses">
    /// At least one. A name stands for all the IP addresses that it resolves to; those that this machine does not have are left out, and said in the log,
    /// as long as one is left.
    /// </param>
    /// <param name="codec">What is one request.</param>
    /// <param name="handlers">Who answers it.</param>
    /// <param name="options">Limits and socket options; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no address; or a Unix address is to be listened on for each poller.</exception>
    public static Props Props(IReadOnlyList<NetAddress> addresses, IFrameCodec codec, HandlerSource handlers, ListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Count, nameof(addresses));
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(handlers);
        options ??= ListenerOptions.Default;
        options.Validate();
        if (options.ListenPerPoller && addresses.FirstOrDefault(address => address.IsUnix) is { } unix)
        {
            throw new ArgumentException($"{unix} cannot have a socket for each poller: only TCP ports can be shared.", nameof(addresses));
        }

        NetAddress[] all = [.. addresses];
        return Akka.Actor.Props.CreateBy(new Producer<ListenerActor>(() => new ListenerActor(all, codec, handlers, options)));
    }
}
