using Microsoft.Extensions.Diagnostics.HealthChecks;
using Netpoll.Actors.Rpc;

namespace Gateway.Serving;

/// <summary>Readiness: there is a connection to some upstream.</summary>
internal sealed class UpstreamsHealthCheck(UpstreamPool upstreams) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RpcStats stats = upstreams.GetStats();
        string state = $"{stats.Connections} connections to {upstreams.Upstreams} upstreams.";
        return Task.FromResult(stats.Connections > 0 ? HealthCheckResult.Healthy(state) : HealthCheckResult.Unhealthy(state));
    }
}
