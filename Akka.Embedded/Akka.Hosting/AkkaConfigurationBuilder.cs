using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Makes an actor, or several, when the actor system has started.</summary>
/// <param name="system">The actor system.</param>
/// <param name="registry">Where to put them.</param>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Makes an actor, or several, with the application's services, when the actor system has started.</summary>
/// <param name="system">The actor system.</param>
/// <param name="registry">Where to put them.</param>
/// <param name="resolver">The application's services.</param>
public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Does something when all actors have been started.</summary>
/// <param name="system">The actor system.</param>
/// <param name="registry">The actors.</param>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Where a configuration goes that is added to another.</summary>
public enum HoconAddMode
{
    /// <summary>Below: it fills the gaps.</summary>
    Append,

    /// <summary>Above: it wins.</summary>
    Prepend,

    /// <summary>In its place.</summary>
    Replace,
}

/// <summary>What an application's actor system is to be. Only while the host is built.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly List<ActorStarter> _starters = [];
    private readonly List<StartupTask> _startup = [];
    private readonly List<Action<ActorSystem>> _extensions = [];
    private readonly Dictionary<string, AkkaHealthCheckRegistration> _healthChecks = [];

    // Null is the application's own, which is there only once the services are.
    private readonly List<ILoggerFactory?> _loggerFactories = [];
    private Config _config = Config.Empty;

    /// <summary>For an actor system of this name.</summary>
    /// <param name="serviceCollection">The application's services.</param>
    /// <param name="actorSystemName">The name.</param>
    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        ServiceCollection = serviceCollection;
        ActorSystemName = actorSystemName;
    }

    internal IServiceCollection ServiceCollection { get; }

    internal string ActorSystemName { get; }

    /// <summary>The application's services, once they are there.</summary>
    internal IServiceProvider? Services { get; init; }

    /// <summary>Has actors made when the actor system has started.</summary>
    /// <param name="starter">Makes them.</param>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    /// <summary>Has actors made when the actor system has started.</summary>
    /// <param name="starter">Makes them.</param>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        _starters.Add(starter);
        return this;
    }

    /// <summary>Has actors made, with the application's services, when the actor system has started.</summary>
    /// <param name="starter">Makes them.</param>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((system, registry) => starter(system, registry, Resolver()));

    /// <summary>Has actors made, with the application's services, when the actor system has started.</summary>
    /// <param name="starter">Makes them.</param>
    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        StartActors((ActorSystem system, IActorRegistry registry) => starter(system, registry, Resolver()));

    /// <summary>Has something done when all actors have been started.</summary>
    /// <param name="startupTask">What.</param>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    /// <summary>Has something done when all actors have been started.</summary>
    /// <param name="startupTask">What.</param>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startup.Add(startupTask);
        return this;
    }

    /// <summary>Has an extension made when the actor system starts.</summary>
    /// <typeparam name="T">The class of its id, which has a parameterless constructor.</typeparam>
    public AkkaConfigurationBuilder WithExtension<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>()
        where T : IExtensionId
    {
        _extensions.Add(static system => system.RegisterExtension(Activator.CreateInstance<T>()));
        return this;
    }

    /// <summary>Adds a check to the host's health checks, in place of one with the same name.</summary>
    /// <param name="registration">The check.</param>
    public AkkaConfigurationBuilder WithHealthCheck(AkkaHealthCheckRegistration registration)
    {
        ArgumentNullException.ThrowIfNull(registration);
        _healthChecks[registration.Name] = registration;
        return this;
    }

    /// <summary>Adds a check to the host's health checks that is a service, or is made of services.</summary>
    /// <typeparam name="T">The class of the check.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by, or null.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    public AkkaConfigurationBuilder WithHealthCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        string name, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
        where T : class, IAkkaHealthCheck =>
        WithHealthCheck(new AkkaHealthCheckRegistration(name, ActivatorUtilities.GetServiceOrCreateInstance<T>, failureStatus, tags, timeout));

    internal IEnumerable<HealthCheckRegistration> HealthChecks => _healthChecks.Values.Select(check => check.ToHealthCheckRegistration());

    internal void AddLoggerFactory(ILoggerFactory? loggerFactory) => _loggerFactories.Add(loggerFactory);

    internal void ClearLoggerFactories() => _loggerFactories.Clear();

    internal void AddConfig(Config config, HoconAddMode mode) => _config = mode switch
    {
        HoconAddMode.Append => _config.SafeWithFallback(config)!,
        HoconAddMode.Prepend => config.SafeWithFallback(_config)!,
        _ => config,
    };

    internal ActorSystem Build()
    {
        var system = (ActorSystemImpl)ActorSystem.Create(ActorSystemName, _config);
        foreach (var factory in _loggerFactories)
        {
            var producer = new LoggerFactoryLogger.Producer(factory ?? Services!.GetRequiredService<ILoggerFactory>());
            system.AddLogger(system.SystemActorOf(Props.CreateBy(producer), $"log{system.Loggers.Count + 1}-LoggerFactoryLogger"));
        }

        foreach (var extension in _extensions)
            extension(system);
        return system;
    }

    private ServiceProviderDependencyResolver Resolver() =>
        new(Services ?? throw new InvalidOperationException("There are no services: the builder was not made by AddAkka."));

    internal async Task StartAsync(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        foreach (var starter in _starters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (var task in _startup)
            await task(system, registry).ConfigureAwait(false);
    }
}
