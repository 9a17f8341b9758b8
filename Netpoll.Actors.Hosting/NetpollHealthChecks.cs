using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Netpoll.Actors.Hosting;

/// <summary>Health checks of the host's actor system.</summary>
public static class NetpollHealthChecks
{
    /// <summary>
    /// Adds two checks: <c>netpoll-listeners</c> with the tag <c>ready</c>, healthy while every hosted listener is bound; and <c>netpoll-loops</c> with
    /// the tag <c>live</c>, healthy while every event loop comes round within the time-out.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="timeout">
    /// How long a listener or a loop may take to answer. Defaults to 5 seconds (arbitrary: far longer than a healthy one, because who fails a liveness
    /// check is often ended).
    /// </param>
    public static IHealthChecksBuilder AddNetpoll(this IHealthChecksBuilder builder, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TimeSpan patience = timeout ?? TimeSpan.FromSeconds(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(patience, TimeSpan.Zero, nameof(timeout));
        return builder
            .Add(new HealthCheckRegistration("netpoll-listeners", services => new ListenersHealthCheck(SystemOf(services), patience), null, ["ready"]))
            .Add(new HealthCheckRegistration("netpoll-loops", services => new LoopsHealthCheck(SystemOf(services), patience), null, ["live"]));
    }

    private static ActorSystem SystemOf(IServiceProvider services) => services.GetRequiredService<ActorSystem>();
}
