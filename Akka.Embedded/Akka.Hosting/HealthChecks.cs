using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>A check of an actor system as the host knows checks.</summary>
internal sealed class HealthCheckAdapter(IAkkaHealthCheck check, IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        check.CheckHealthAsync(
            new AkkaHealthCheckContext(services.GetRequiredService<ActorSystem>()) { Registration = context.Registration }, cancellationToken);
}

/// <summary>A check that is a function.</summary>
internal sealed class DelegateHealthCheck(Func<ActorSystem, ActorRegistry, CancellationToken, Task<HealthCheckResult>> check) : IAkkaHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default) =>
        check(context.ActorSystem, context.ActorRegistry, cancellationToken);
}

/// <summary>Whether the actor system still runs.</summary>
internal sealed class ActorSystemLivenessCheck : IAkkaHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(context.ActorSystem.WhenTerminated.IsCompleted
            ? new HealthCheckResult(context.Registration.FailureStatus, "The actor system has terminated.")
            : HealthCheckResult.Healthy("The actor system runs."));
}
