using System.Collections.Concurrent;
using Akka;
using Akka.Actor;

namespace Netpoll.Actors.Pollers;

/// <summary>Something that is ended in good order with its actor system. Any thread.</summary>
internal interface IService
{
    /// <summary>Takes nothing new any more; complete when the addresses are free.</summary>
    Task UnbindAsync();

    /// <summary>Finishes what is under way; complete when nothing is.</summary>
    Task DrainAsync();

    /// <summary>Ends; complete when it has.</summary>
    Task StopAsync();
}

/// <summary>
/// The services of an actor system in its coordinated shutdown: all of them unbind, then all drain, then all stop. Each phase has its own time-out there
/// (<c>akka.coordinated-shutdown.phases</c>), after which the next begins whatever is left. Any thread.
/// </summary>
internal sealed class ServiceShutdown
{
    private readonly CoordinatedShutdown _shutdown;
    private readonly ConcurrentDictionary<IService, bool> _services = new();
    private readonly ConcurrentDictionary<Task, bool> _leaving = new();

    public ServiceShutdown(ActorSystem system)
    {
        _shutdown = CoordinatedShutdown.Get(system);
        _shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "netpoll-unbind", () => ForAllAsync(service => service.UnbindAsync()));
        _shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "netpoll-drain", () => ForAllAsync(service => service.DrainAsync()));
        _shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "netpoll-stop", () => ForAllAsync(service => service.StopAsync()));
    }

    /// <summary>What is left to do when all services have stopped and the actors are about to be.</summary>
    public void EndWith(string name, Func<Task> step) => _shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, name, async () =>
    {
        await step().ConfigureAwait(false);
        return Done.Instance;
    });

    public void Add(IService service) => _services.TryAdd(service, true);

    /// <summary>The service has ended.</summary>
    /// <param name="service">Which.</param>
    /// <param name="addressesFree">Complete when its addresses may be used again.</param>
    /// <param name="settled">Complete when it has nothing left that draining waits for.</param>
    public void Remove(IService service, Task addressesFree, Task settled)
    {
        if (settled.IsCompleted)
        {
            _services.TryRemove(service, out _);
        }
        else
        {
            _ = RemoveAsync(service, settled);
        }

        if (!addressesFree.IsCompleted && _leaving.TryAdd(addressesFree, true))
        {
            _ = ForgetAsync(addressesFree);
        }
    }

    /// <summary>Complete when all services that have ended so far have freed their addresses: a service that is restarted binds the same one again.</summary>
    public Task AddressesFreeAsync() => Task.WhenAll(_leaving.Keys);

    private async Task RemoveAsync(IService service, Task settled)
    {
        await settled.ConfigureAwait(false);
        _services.TryRemove(service, out _);
    }

    private async Task ForgetAsync(Task addressesFree)
    {
        await addressesFree.ConfigureAwait(false);
        _leaving.TryRemove(addressesFree, out _);
    }

    private async Task<Done> ForAllAsync(Func<IService, Task> step)
    {
        await Task.WhenAll(_services.Keys.Select(step)).ConfigureAwait(false);
        return Done.Instance;
    }
}
