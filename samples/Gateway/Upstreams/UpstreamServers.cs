using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Serving;

namespace Gateway.Upstreams;

/// <summary>
/// Servers for the gateway to call, in an actor system of their own: they are there before the gateway is, and until it has drained.
/// </summary>
/// <param name="addresses">Where they listen: one each.</param>
internal sealed class UpstreamServers(IEnumerable<string> addresses) : IHostedService
{
    private ActorSystem? _system;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _system = ActorSystem.Create("upstreams", "netpoll.pollers = 1, akka { loglevel = OFF, stdout-loglevel = OFF }");
        foreach (string address in addresses)
        {
            IActorRef server = _system.ActorOf(RpcServer.Props(address, TextService.Create(address)));
            await server.Ask<Bound>(GetBound.Instance, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is not null)
        {
            await _system.Terminate();
        }
    }
}
