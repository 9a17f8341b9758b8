using System.Collections.Frozen;
using Akka.Actor;
using Gateway.Upstreams;
using Netpoll.Actors;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;

namespace Gateway.Serving;

/// <summary>The servers behind the gateway: one client for all of them, and a caller for each route. Any thread. Its connections end with the actor system.</summary>
internal sealed class UpstreamPool
{
    private readonly RpcServiceClient _client;
    private readonly FrozenDictionary<string, RpcUnary<string, string>> _routes;
    private readonly RpcCallOptions _callOptions;

    public UpstreamPool(ActorSystem system, GatewayOptions options)
    {
        RpcClientOptions policy = new()
        {
            Selection = EndpointSelection.LeastInFlight,

            // A server that goes away in the middle of a call costs its callers a moment, and no error.
            Retry = new RetryPolicy { MaxTries = 3 },

            // One that accepts calls and never answers is left alone.
            Circuit = new CircuitPolicy { TimeoutsToOpen = 16 },
        };
        _client = system.Netpoll().RpcService(options.Addresses, TextSerializer.Instance, policy);
        _routes = options.Routes.ToFrozenDictionary(route => route.Key, route => _client.Unary<string, string>(route.Value), StringComparer.OrdinalIgnoreCase);
        _callOptions = new RpcCallOptions(options.CallTimeout, IsIdempotent: true);
        Upstreams = options.Upstreams.Length;
    }

    /// <summary>How many servers there are, reachable or not.</summary>
    public int Upstreams { get; }

    /// <summary>The commands.</summary>
    public IEnumerable<string> Routes => _routes.Keys.Order(StringComparer.Ordinal);

    /// <summary>How the connections to the servers are.</summary>
    public RpcStats GetStats() => _client.GetStats();

    /// <summary>Has a server do it; null if there is no such command.</summary>
    /// <exception cref="Netpoll.Actors.Rpc.Protocol.RpcStatusException">The server refused it, or was too slow.</exception>
    /// <exception cref="RpcException">No server can be reached, or too many calls wait.</exception>
    public async ValueTask<string?> TryCallAsync(string command, string text) =>
        _routes.TryGetValue(command, out RpcUnary<string, string>? method) ? await method.CallAsync(text, _callOptions) : null;
}
