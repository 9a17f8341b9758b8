using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Rpc;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Hosting;

/// <summary>What the configuration says of one client, checked. Immutable.</summary>
internal sealed class ClientSection
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    private static readonly Dictionary<string, ICallProtocol> s_protocols = new(StringComparer.OrdinalIgnoreCase)
    {
        ["in-order"] = CallProtocols.InOrder,
        ["with-ids"] = CallProtocols.WithIds,
    };

    private static readonly Dictionary<string, Func<Section, ConnectionPolicy>> s_policies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mux"] = section => ConnectionPolicy.Mux(ReadConnections(section, auto: ConnectionPolicy.Mux())),
        ["pool"] = section => ConnectionPolicy.Pool(
            ReadConnections(section, auto: ConnectionPolicy.Pool()), section.ReadTime("idle-timeout", s_shortest)),
    };

    private readonly NetAddress _address;
    private readonly IFrameCodec _codec;
    private readonly RpcClientOptions _options;

    /// <param name="config">The actor system's configuration.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="own">What has no place in a configuration.</param>
    /// <exception cref="ConfigurationException">A setting is not known, missing, or its value not allowed.</exception>
    public ClientSection(Config config, string name, NetpollClientOptions own)
    {
        Section section = new(config, PathOf(name), "netpoll.client");
        _address = section.ReadAddress("address");
        _codec = own.CustomCodec ?? CodecReader.Read(section);
        RpcClientOptions options = new()
        {
            ConnectTimeout = section.ReadTime("connect-timeout", s_shortest),
            MaxFrameBytes = (int)section.ReadBytes("max-frame-bytes", int.MaxValue),
            MaxPendingCalls = section.ReadInt("max-pending-calls", least: 1),
            MaxUnreadBytes = (int)section.ReadBytes("max-unread-bytes", int.MaxValue),
            LateAnswerTimeout = section.ReadTime("late-answer-timeout", s_shortest),
            Protocol = section.ReadOneOf("protocol", s_protocols),
            Connections = section.ReadOneOf("policy", s_policies)(section),
            Reconnect = section.ReadSwitch("reconnect.enabled") ? ReadBackOff(section, "reconnect") : null,
            Retry = ReadRetry(section),
            Circuit = ReadCircuit(section),
        };
        _options = own.Customize?.Invoke(options) ?? options;
    }

    /// <summary>The section of a client.</summary>
    public static string PathOf(string name) => $"netpoll.clients.{name}";

    /// <summary>Describes the client.</summary>
    public Props Props() => RpcClient.Props(_address, _codec, _options);

    private static int ReadConnections(Section section, ConnectionPolicy auto) =>
        section.IsAuto("connections") ? auto.Connections : section.ReadInt("connections", least: 1);

    private static RetryPolicy? ReadRetry(Section section)
    {
        int tries = section.ReadInt("retry.max-tries", least: 1);
        BackOff delay = ReadBackOff(section, "retry");
        return tries == 1 ? null : new RetryPolicy { MaxTries = tries, Delay = delay };
    }

    private static CircuitPolicy? ReadCircuit(Section section)
    {
        BackOff openFor = ReadBackOff(section, "circuit");
        return section.IsOff("circuit.timeouts-to-open")
            ? null
            : new CircuitPolicy { TimeoutsToOpen = section.ReadInt("circuit.timeouts-to-open", least: 1), OpenFor = openFor };
    }

    private static BackOff ReadBackOff(Section section, string of)
    {
        TimeSpan first = section.ReadTime($"{of}.first-delay", s_shortest);
        return new BackOff { First = first, Max = section.ReadTime($"{of}.max-delay", first) };
    }
}
