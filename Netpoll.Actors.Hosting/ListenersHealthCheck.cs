using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Hosting;

/// <summary>Readiness: every hosted listener is bound.</summary>
internal sealed class ListenersHealthCheck(ActorSystem system, TimeSpan timeout) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<(string Name, IActorRef Listener)> listeners = HostedListeners.Of(system).All;
        Dictionary<string, object> data = [];
        foreach ((string name, IActorRef listener) in listeners)
        {
            try
            {
                Bound bound = await listener.Ask<Bound>(GetBound.Instance, timeout, cancellationToken).ConfigureAwait(false);
                data[name] = bound.Address.ToString();
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, $"The listener '{name}' is not bound.", error, data);
            }
        }

        return HealthCheckResult.Healthy($"{listeners.Count} listeners are bound.", data);
    }
}
