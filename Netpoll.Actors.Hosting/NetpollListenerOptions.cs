using System.Globalization;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Listeners;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Hosting;

/// <summary>
/// The settings of one hosted listener. Null leaves a setting as the configuration has it (<c>netpoll.listeners.&lt;name&gt;</c>, then
/// <c>netpoll.listener</c>), or its default; the defaults are listed in <c>hosting.conf</c>. But for the last two, plain data: an application's
/// configuration may be bound to it.
/// </summary>
public sealed class NetpollListenerOptions
{
    /// <summary>Where it listens: <c>tcp://host:port</c>, <c>unix:///path</c> or <c>unix://@name</c>. It has no default.</summary>
    public string? Address { get; set; }

    /// <summary>Where else it listens. Defaults to nowhere; with some, <see cref="Address"/> need not be set.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>What is one request, by name: <c>length-field</c>, <c>varint</c>, <c>delimiter</c>, <c>line</c>, <c>fixed</c> or <c>raw</c>. Defaults to <c>length-field</c>.</summary>
    public string? Codec { get; set; }

    /// <summary>The form of the length field, with that codec.</summary>
    public NetpollLengthFieldOptions LengthField { get; set; } = new();

    /// <summary>What ends a frame, with the codec <c>delimiter</c>.</summary>
    public NetpollDelimiterOptions Delimiter { get; set; } = new();

    /// <summary>What ends a line that is sent, with the codec <c>line</c>.</summary>
    public NetpollLineOptions Line { get; set; } = new();

    /// <summary>The length of all frames, with the codec <c>fixed</c>.</summary>
    public NetpollFixedOptions Fixed { get; set; } = new();

    /// <summary>On which threads handlers run. Defaults to <see cref="HandlerScheduling.Bounded"/>.</summary>
    public HandlerScheduling? Scheduling { get; set; }

    /// <summary>How many handlers serve all connections; 0, the default, for one of its own for each connection.</summary>
    public int? SharedHandlers { get; set; }

    /// <summary>The longest payload of a frame in bytes, at least 1. Defaults to 16 MiB.</summary>
    public int? MaxFrameBytes { get; set; }

    /// <summary>The most requests of one connection that wait for their answers, at least 1. Defaults to 256.</summary>
    public int? MaxInFlightPerConnection { get; set; }

    /// <summary>The most bytes of answers that wait for a peer before its connection is read no more, at least 1. Defaults to 1 MiB.</summary>
    public long? OutputHighWaterBytes { get; set; }

    /// <summary>How long a connection that closes waits for its peer to take the last bytes. Defaults to 10 seconds.</summary>
    public TimeSpan? LingerTimeout { get; set; }

    /// <summary>How long a coordinated shutdown lets requests in flight finish. Defaults to 4 seconds.</summary>
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Which poller takes the next connection. Defaults to <see cref="Poller.Loops.LoadBalancing.RoundRobin"/>.</summary>
    public LoadBalancing? LoadBalancing { get; set; }

    /// <summary>Whether each poller has a listening socket of its own (<c>SO_REUSEPORT</c>). Defaults to false; TCP only.</summary>
    public bool? ListenPerPoller { get; set; }

    /// <summary>The most connections that are open at once, at least 1. Defaults to no limit.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>The most connections that are open at once from one IP address, at least 1. Defaults to no limit.</summary>
    public int? MaxConnectionsPerAddress { get; set; }

    /// <summary>The most connections taken in each second in the long run, above 0; infinity for no limit. Defaults to no limit.</summary>
    public double? AcceptsPerSecond { get; set; }

    /// <summary>How many connections may come at once after a quiet time, at least 1, with <see cref="AcceptsPerSecond"/>. Defaults to 256.</summary>
    public int? AcceptBurst { get; set; }

    /// <summary>
    /// How many unsent bytes all connections of the listener may have together, at least 1; above that, the one that has the most is ended. Defaults to no
    /// limit. For a budget that several listeners share see <see cref="Customize"/>.
    /// </summary>
    public long? OutputBudgetBytes { get; set; }

    /// <summary>How many finished handshakes may wait to be accepted, at least 1. Defaults to 4096.</summary>
    public int? Backlog { get; set; }

    /// <summary>What is one request, for codecs that have no name; goes before <see cref="Codec"/>.</summary>
    public IFrameCodec? CustomCodec { get; set; }

    /// <summary>Changes what has no setting of its own here, after everything else was read. Defaults to null: nothing.</summary>
    public Func<ListenerOptions, ListenerOptions>? Customize { get; set; }

    internal Config ToConfig(string path)
    {
        HoconText text = new(path);
        LengthField.Write(text);
        Delimiter.Write(text);
        Line.Write(text);
        Fixed.Write(text);
        return text
            .Add("address", Address)
            .Add("addresses", Addresses)
            .Add("codec", Codec)
            .Add("scheduling", Scheduling?.ToString().ToLowerInvariant())
            .Add("shared-handlers", SharedHandlers)
            .Add("max-frame-bytes", MaxFrameBytes)
            .Add("max-in-flight-per-connection", MaxInFlightPerConnection)
            .Add("output-high-water-bytes", OutputHighWaterBytes)
            .Add("linger-timeout", LingerTimeout)
            .Add("drain-timeout", DrainTimeout)
            .Add("load-balancing", LoadBalancing is { } balancing ? HoconText.KebabCase(balancing.ToString()) : null)
            .Add("listen-per-poller", ListenPerPoller)
            .Add("max-connections", MaxConnections)
            .Add("max-connections-per-address", MaxConnectionsPerAddress)
            .Add("accepts-per-second", AcceptsPerSecond is { } rate ? (double.IsInfinity(rate) ? "off" : rate.ToString("R", CultureInfo.InvariantCulture)) : null)
            .Add("accept-burst", AcceptBurst)
            .Add("output-budget-bytes", OutputBudgetBytes)
            .Add("backlog", Backlog)
            .ToConfig();
    }
}
