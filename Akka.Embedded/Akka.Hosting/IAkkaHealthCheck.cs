using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>Tells how well an actor system does.</summary>
public interface IAkkaHealthCheck
{
    /// <summary>Looks, or asks an actor. Any thread, several at once.</summary>
    /// <param name="context">What to look at.</param>
    /// <param name="cancellationToken">Nobody waits for the result any more.</param>
    Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default);
}

/// <summary>What a health check looks at.</summary>
/// <param name="actorSystem">The actor system.</param>
public sealed class AkkaHealthCheckContext(ActorSystem actorSystem)
{
    /// <summary>The actor system.</summary>
    public ActorSystem ActorSystem { get; } = actorSystem;

    /// <summary>The registry of the actor system.</summary>
    public ActorRegistry ActorRegistry => ActorRegistry.For(ActorSystem);

    /// <summary>How the check was registered. Never null in a host.</summary>
    public HealthCheckRegistration Registration { get; set; } = null!;
}
