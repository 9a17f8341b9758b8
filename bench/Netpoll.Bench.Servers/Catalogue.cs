using Netpoll.Bench.Servers.Actors;
using Netpoll.Bench.Servers.Hosting;
using Netpoll.Bench.Servers.Kestrel;
using Netpoll.Bench.Servers.Sockets;

namespace Netpoll.Bench.Servers;

/// <summary>The servers by name.</summary>
internal static partial class Catalogue
{
    /// <summary>All that this build has.</summary>
    public static IReadOnlyDictionary<string, IEchoServer> All { get; } = Create();

    private static Dictionary<string, IEchoServer> Create()
    {
        var servers = new Dictionary<string, IEchoServer>
        {
            ["actors"] = new ActorsServer(),
            ["socket"] = new SocketServer(),
            ["kestrel"] = new KestrelServer(),
        };
        AddAkkaIo(servers);
        return servers;
    }

    /// <summary>Does nothing in a build without Akka.IO.</summary>
    static partial void AddAkkaIo(Dictionary<string, IEchoServer> servers);
}
