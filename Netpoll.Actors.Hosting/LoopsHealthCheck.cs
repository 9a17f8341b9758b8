using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Hosting;

/// <summary>Liveness: every event loop comes round, which it shows by having its poller answer.</summary>
internal sealed class LoopsHealthCheck(ActorSystem system, TimeSpan timeout) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        int pollers = system.Netpoll().Settings.Pollers;
        Dictionary<string, object> data = [];
        for (int i = 0; i < pollers; i++)
        {
            try
            {
                PollerStats stats = await system.ActorSelection($"/system/netpoll/poller-{i}")
                    .Ask<PollerStats>(GetStats.Instance, timeout, cancellationToken).ConfigureAwait(false);
                data[$"poller-{i}"] = $"{stats.Sockets} sockets, busy {stats.Load.BusyShare:P0}, longest hold {stats.Load.LongestHold.TotalMilliseconds:0} ms";
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, $"Poller {i} has not come round within {timeout}.", error, data);
            }
        }

        return HealthCheckResult.Healthy($"{pollers} event loops turn.", data);
    }
}
