using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace Akka.Hosting;

/// <summary>
/// Starts the actor system with the host and runs its coordinated shutdown when the host stops. If the actor system ends by itself,
/// the host stops.
/// </summary>
/// <param name="configurationBuilder">What the actor system is to be.</param>
/// <param name="system">The actor system.</param>
/// <param name="lifetime">The host.</param>
internal sealed class AkkaHostedService(AkkaConfigurationBuilder configurationBuilder, ActorSystem system, IHostApplicationLifetime lifetime) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        system.RegisterOnTermination(lifetime.StopApplication);
        try
        {
            await configurationBuilder.StartAsync(system).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The host does not stop what did not start.
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // Not cut short by the host's patience: every phase of the shutdown has a time-out of its own.
    public Task StopAsync(CancellationToken cancellationToken) => CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
}
