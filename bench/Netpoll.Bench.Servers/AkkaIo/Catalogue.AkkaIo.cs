using Netpoll.Bench.Servers.AkkaIo;
using Netpoll.Bench.Servers.Hosting;

#pragma warning disable IDE0130 // The rest of a type that is above: this part is in the folder that some builds leave out.
namespace Netpoll.Bench.Servers;

internal static partial class Catalogue
{
    static partial void AddAkkaIo(Dictionary<string, IEchoServer> servers) => servers["akka-io"] = new AkkaIoServer();
}
