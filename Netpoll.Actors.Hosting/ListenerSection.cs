using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Hosting;

/// <summary>What the configuration says of one listener, checked. Immutable.</summary>
internal sealed class ListenerSection
{
    private static readonly Dictionary<string, HandlerScheduling> s_schedulings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bounded"] = HandlerScheduling.Bounded,
        ["serial"] = HandlerScheduling.Serial,
    };

    private static readonly Dictionary<string, LoadBalancing> s_balancings = Enum.GetValues<LoadBalancing>()
        .ToDictionary(balancing => HoconText.KebabCase(balancing.ToString()), StringComparer.OrdinalIgnoreCase);

    private readonly IReadOnlyList<NetAddress> _addresses;
    private readonly string _path;
    private readonly bool _isCodecSet;
    private readonly IFrameCodec _codec;
    private readonly HandlerScheduling _scheduling;
    private readonly int _sharedHandlers;
    private readonly ListenerOptions _options;

    /// <param name="config">The actor system's configuration.</param>
    /// <param name="name">The listener's name.</param>
    /// <param name="own">What has no place in a configuration.</param>
    /// <exception cref="ConfigurationException">A setting is not known, missing, or its value not allowed.</exception>
    public ListenerSection(Config config, string name, NetpollListenerOptions own)
    {
        _path = PathOf(name);
        Section section = new(config, _path, "netpoll.listener");
        _addresses = section.ReadAddresses("address", "addresses");
        _isCodecSet = own.CustomCodec is not null || section.IsSet("codec");
        _codec = own.CustomCodec ?? CodecReader.Read(section);
        _scheduling = section.ReadOneOf("scheduling", s_schedulings);
        _sharedHandlers = section.ReadInt("shared-handlers", least: 0);
        ListenerOptions options = new()
        {
            MaxFrameBytes = (int)section.ReadBytes("max-frame-bytes", int.MaxValue),
            MaxInFlightPerConnection = section.ReadInt("max-in-flight-per-connection", least: 1),
            OutputHighWaterBytes = section.ReadBytes("output-high-water-bytes", long.MaxValue),
            LingerTimeout = section.ReadTime("linger-timeout"),
            DrainTimeout = section.ReadTime("drain-timeout"),
            LoadBalancing = section.ReadOneOf("load-balancing", s_balancings),
            ListenPerPoller = section.ReadSwitch("listen-per-poller"),
            Limits = new ListenerLimits
            {
                MaxConnections = section.ReadInt("max-connections", least: 1),
                MaxConnectionsPerAddress = section.ReadInt("max-connections-per-address", least: 1),
                AcceptsPerSecond = section.IsOff("accepts-per-second") ? double.PositiveInfinity : section.ReadRate("accepts-per-second"),
                AcceptBurst = section.ReadInt("accept-burst", least: 1),
                OutputBudget = section.IsOff("output-budget-bytes") ? null : new OutputBudget(section.ReadBytes("output-budget-bytes", long.MaxValue)),
            },
            Socket = new SocketOptions { Backlog = section.ReadInt("backlog", least: 1) },
        };
        _options = own.Customize?.Invoke(options) ?? options;
    }

    /// <summary>The section of a listener.</summary>
    public static string PathOf(string name) => $"netpoll.listeners.{name}";

    /// <summary>Describes the listener, with handlers of a kind.</summary>
    public Props Props(Props handler) => Listener.Props(_addresses, _codec, Handlers(handler), _options);

    /// <summary>Describes a listener that serves the RPC protocol.</summary>
    /// <exception cref="ConfigurationException">It was given a codec.</exception>
    public Props Props(RpcService service) => _isCodecSet
        ? throw new ConfigurationException($"{_path}.codec is set, but a server of the RPC protocol has that protocol's: it must be left out.")
        : RpcServer.Props(_addresses, service, Handlers(RpcServer.Handler(service)), _options);

    private HandlerSource Handlers(Props handler) => _sharedHandlers == 0
        ? HandlerSource.PerConnection(handler, _scheduling)
        : HandlerSource.SharedPool(handler, _sharedHandlers, _scheduling);
}
