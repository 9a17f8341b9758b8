using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Netpoll.Actors.Rpc.Serving;

namespace Netpoll.Actors.Hosting;

public static partial class NetpollHostingExtensions
{
    /// <summary>
    /// Starts a server of the RPC protocol with the actor system: a listener with the settings of one, and in the health check as one. The host has started
    /// when it is bound. The codec is the service's, so setting one fails the start.
    /// </summary>
    /// <typeparam name="TKey">The registry's key, such as the class that has the methods.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="service">
    /// Makes the methods, once, when the actor system starts: of the actors that were started before (in the registry) and of the application's services
    /// (from the resolver).
    /// </param>
    /// <param name="address">Where; null leaves it to the configuration.</param>
    public static AkkaConfigurationBuilder WithNetpollRpcServer<TKey>(
        this AkkaConfigurationBuilder builder, string name, Func<IActorRegistry, IDependencyResolver, RpcService> service, string? address = null) =>
        builder.WithNetpollRpcServer<TKey>(name, service, new NetpollListenerOptions { Address = address });

    /// <inheritdoc cref="WithNetpollRpcServer{TKey}(AkkaConfigurationBuilder, string, Func{IActorRegistry, IDependencyResolver, RpcService}, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="service">Makes the methods, once, when the actor system starts.</param>
    /// <param name="configure">Sets what is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollRpcServer<TKey>(
        this AkkaConfigurationBuilder builder,
        string name,
        Func<IActorRegistry, IDependencyResolver, RpcService> service,
        Action<NetpollListenerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        NetpollListenerOptions options = new();
        configure(options);
        return builder.WithNetpollRpcServer<TKey>(name, service, options);
    }

    /// <inheritdoc cref="WithNetpollRpcServer{TKey}(AkkaConfigurationBuilder, string, Func{IActorRegistry, IDependencyResolver, RpcService}, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="service">Makes the methods, once, when the actor system starts.</param>
    /// <param name="section">The section of the application's configuration. A setting that does not exist fails the start.</param>
    public static AkkaConfigurationBuilder WithNetpollRpcServer<TKey>(
        this AkkaConfigurationBuilder builder, string name, Func<IActorRegistry, IDependencyResolver, RpcService> service, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder
            .WithListenerSection(name, section)
            .WithNetpollRpcServer<TKey>(name, service, new NetpollListenerOptions());
    }

    /// <inheritdoc cref="WithNetpollRpcServer{TKey}(AkkaConfigurationBuilder, string, Func{IActorRegistry, IDependencyResolver, RpcService}, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="service">Makes the methods, once, when the actor system starts.</param>
    /// <param name="options">What is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollRpcServer<TKey>(
        this AkkaConfigurationBuilder builder,
        string name,
        Func<IActorRegistry, IDependencyResolver, RpcService> service,
        NetpollListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(options);
        CheckName(name);
        return builder
            .AddHocon(options.ToConfig(ListenerSection.PathOf(name)), HoconAddMode.Prepend)
            .StartActors(async (system, registry, resolver) =>
            {
                ListenerSection section = new(system.Settings.Config, name, options);
                IActorRef server = await StartListenerAsync(system, name, section.Props(service(registry, resolver))).ConfigureAwait(false);
                registry.Register<TKey>(server);
            });
    }
}
