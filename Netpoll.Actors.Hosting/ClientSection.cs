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
            ConnectTimeout = section.ReadTime("connect-timeout", TimeSpan.FromMilliseconds(1)),
            MaxFrameBytes = (int)section.ReadBytes("max-frame-bytes", int.MaxValue),
            MaxPendingCalls = section.ReadInt("max-pending-calls", least: 1),
        };
        _options = own.Customize?.Invoke(options) ?? options;
    }

    /// <summary>The section of a client.</summary>
    public static string PathOf(string name) => $"netpoll.clients.{name}";

    /// <summary>Describes the client.</summary>
    public Props Props() => RpcClient.Props(_address, _codec, _options);
}
