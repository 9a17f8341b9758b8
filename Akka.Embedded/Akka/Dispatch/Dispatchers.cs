using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>All dispatchers of an actor system, by id. An id is a path in the configuration, or one that was registered.</summary>
public sealed class Dispatchers
{
    /// <summary>The dispatcher of actors whose props name none.</summary>
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>A dispatcher for actors that block.</summary>
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new();

    internal Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites)
    {
        _system = system;
        Prerequisites = prerequisites;
    }

    /// <summary>What a dispatcher may need of this actor system; for one's own configurators.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The configuration of the default dispatcher.</summary>
    public Config DefaultDispatcherConfig => ConfigFor(DefaultDispatcherId);

    /// <summary>The dispatcher of actors whose props name none.</summary>
    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    /// <summary>Finds or makes a dispatcher.</summary>
    /// <param name="dispatcherName">The id.</param>
    /// <exception cref="ConfigurationException">There is none of that id, or its type is not known here.</exception>
    public MessageDispatcher Lookup(string dispatcherName)
    {
        if (!_configurators.TryGetValue(dispatcherName, out var configurator))
            configurator = _configurators.GetOrAdd(dispatcherName, Configure(dispatcherName));
        return configurator.Dispatcher();
    }

    /// <summary>Whether there is a dispatcher of that id.</summary>
    /// <param name="id">The id.</param>
    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    /// <summary>Makes a dispatcher known under an id, for <see cref="Props.WithDispatcher"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="configurator">Makes it.</param>
    /// <returns>False if the id was taken; then nothing changes.</returns>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) => _configurators.TryAdd(id, configurator);

    internal void Shutdown()
    {
        foreach (var configurator in _configurators.Values)
        {
            if (configurator is PinnedDispatcherConfigurator pinned)
                pinned.Shutdown();
            else
                configurator.Dispatcher().ShutdownNow();
        }
    }

    private MessageDispatcherConfigurator Configure(string id)
    {
        if (!_system.Settings.Config.HasPath(id))
            throw new ConfigurationException($"Dispatcher [{id}] not configured.");

        var config = ConfigFor(id);
        return config.GetString("type") switch
        {
            "Dispatcher" when config.GetString("executor") == "fork-join-executor" && config.HasPath("dedicated-thread-pool") =>
                new ForkJoinDispatcherConfigurator(config, Prerequisites),
            "Dispatcher" or "TaskDispatcher" => new PoolDispatcherConfigurator(config, Prerequisites),
            "ForkJoinDispatcher" => new ForkJoinDispatcherConfigurator(config, Prerequisites),
            "PinnedDispatcher" => new PinnedDispatcherConfigurator(config, Prerequisites),
            null => throw new ConfigurationException($"Missing dispatcher type config for path [{id}]"),
            var className => ClassConfigurators.Make(className, id, config, Prerequisites),
        };
    }

    private Config ConfigFor(string id)
    {
        var settings = _system.Settings.Config;
        var named = ConfigurationFactory.ParseString($"id = \"{id}\"");
        return named.WithFallback(settings.GetConfig(id)).WithFallback(settings.GetConfig(DefaultDispatcherId));
    }
}
