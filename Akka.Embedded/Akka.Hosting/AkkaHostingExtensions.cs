using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>An actor system as part of an application.</summary>
public static class AkkaHostingExtensions
{
    /// <summary>Adds an actor system that starts and ends with the host.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="actorSystemName">The name.</param>
    /// <param name="builder">Says what it is to be.</param>
    public static IServiceCollection AddAkka(this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka(actorSystemName, (configuration, _) => builder(configuration));

    /// <summary>Adds an actor system that starts and ends with the host.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="actorSystemName">The name.</param>
    /// <param name="builder">Says what it is to be, and may use the application's services.</param>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder, IServiceProvider> builder)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(builder);
        services.AddSingleton(provider =>
        {
            var configuration = new AkkaConfigurationBuilder(services, actorSystemName) { Services = provider };
            builder(configuration, provider);
            return configuration;
        });
        services.AddSingleton(static provider => provider.GetRequiredService<AkkaConfigurationBuilder>().Build());
        services.AddSingleton(static provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(static provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(static provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddOptions<HealthCheckServiceOptions>().PostConfigure<AkkaConfigurationBuilder>(static (options, configuration) =>
        {
            foreach (var check in configuration.HealthChecks)
                options.Registrations.Add(check);
        });
        services.AddHostedService<AkkaHostedService>();
        return services;
    }

    /// <summary>Adds to the configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="hocon">What to add.</param>
    /// <param name="addMode">Where it goes.</param>
    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddConfig(hocon, addMode);
        return builder;
    }

    /// <summary>Adds a file to the configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="hoconFilePath">The file.</param>
    /// <param name="addMode">Where it goes.</param>
    public static AkkaConfigurationBuilder AddHoconFile(this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHocon(ConfigurationFactory.ParseString(File.ReadAllText(hoconFilePath)), addMode);

    /// <summary>How long an Ask waits unless it says so itself.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="timeout">How long.</param>
    public static AkkaConfigurationBuilder WithActorAskTimeout(this AkkaConfigurationBuilder builder, TimeSpan timeout) =>
        builder.AddHocon($"akka.actor.ask-timeout = {timeout.ToHocon(true)}", HoconAddMode.Prepend);

    /// <summary>Has actors made when the actor system has started.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="actorStarter">Makes them.</param>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.StartActors(actorStarter);
    }

    /// <summary>Has actors made, with the application's services, when the actor system has started.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="actorStarter">Makes them.</param>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.StartActors(actorStarter);
    }

    /// <summary>Has actors made, with the application's services, when the actor system has started.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="actorStarter">Makes them.</param>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.StartActors(actorStarter);
    }

    /// <summary>Has actors made when the actor system has started.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="actorStarter">Makes them.</param>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.StartActors(actorStarter);
    }

    /// <summary>Adds a check to the host's health checks.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name.</param>
    /// <param name="healthCheck">The check.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by, or null.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    public static AkkaConfigurationBuilder WithHealthCheck(
        this AkkaConfigurationBuilder builder,
        string name,
        IAkkaHealthCheck healthCheck,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithHealthCheck(new AkkaHealthCheckRegistration(name, healthCheck, failureStatus, tags, timeout));
    }

    /// <summary>Adds a check to the host's health checks.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name.</param>
    /// <param name="healthCheck">The check.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by, or null.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    public static AkkaConfigurationBuilder WithHealthCheck(
        this AkkaConfigurationBuilder builder,
        string name,
        Func<ActorSystem, ActorRegistry, CancellationToken, Task<HealthCheckResult>> healthCheck,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null) =>
        builder.WithHealthCheck(name, new DelegateHealthCheck(healthCheck), failureStatus, tags, timeout);

    /// <summary>Adds a check that fails once the actor system has terminated.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by; null for <c>akka</c> and <c>liveness</c>.</param>
    public static AkkaConfigurationBuilder WithActorSystemLivenessCheck(
        this AkkaConfigurationBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        builder.WithHealthCheck("akka.actorsystem", new ActorSystemLivenessCheck(), failureStatus, tags ?? ["akka", "liveness"]);
}
