using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Hosting;

/// <summary>
/// Netpoll in a host's actor system. What is wrong with the configuration, and an address that cannot be listened on, fail the host's start, with
/// the path of the setting and what is allowed.
/// </summary>
public static partial class NetpollHostingExtensions
{
    /// <summary>Starts the pollers with the actor system.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="pollers">How many pollers, 1 to 1024; null leaves it as it is. Defaults to one for each processor.</param>
    /// <param name="workers">How many threads for handlers, 1 to 1024; null leaves it as it is. Defaults to twice the processors, at least 4.</param>
    public static AkkaConfigurationBuilder WithNetpoll(this AkkaConfigurationBuilder builder, int? pollers = null, int? workers = null) =>
        builder.WithNetpoll(new NetpollOptions { Pollers = pollers, Workers = workers });

    /// <summary>Starts the pollers with the actor system.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets what is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpoll(this AkkaConfigurationBuilder builder, Action<NetpollOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        NetpollOptions options = new();
        configure(options);
        return builder.WithNetpoll(options);
    }

    /// <summary>Starts the pollers with the actor system.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">What is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpoll(this AkkaConfigurationBuilder builder, NetpollOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.WithNetpoll(options.ToConfig());
    }

    /// <summary>Starts the pollers with the actor system, as a section of the application's configuration says: the settings of <c>netpoll.conf</c>, by any usual form of their names.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section, such as <c>Netpoll</c>. A setting that does not exist fails the start.</param>
    public static AkkaConfigurationBuilder WithNetpoll(this AkkaConfigurationBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.WithNetpoll(new HoconText("netpoll").AddAll(section).ToConfig());
    }

    /// <summary>
    /// Starts a listener with the actor system, under <see cref="NetpollListener{THandler}"/> in the registry. The host has started when it is bound.
    /// </summary>
    /// <typeparam name="THandler">The handlers' class; its constructor's parameters are taken from the application's services.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="address">Where; null leaves it to the configuration.</param>
    /// <param name="scheduling">On which threads handlers run; null leaves it as it is. Defaults to <see cref="HandlerScheduling.Bounded"/>.</param>
    public static AkkaConfigurationBuilder WithNetpollListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this AkkaConfigurationBuilder builder, string name, string? address = null, HandlerScheduling? scheduling = null)
        where THandler : RequestHandler =>
        builder.WithNetpollListener<THandler>(name, new NetpollListenerOptions { Address = address, Scheduling = scheduling });

    /// <inheritdoc cref="WithNetpollListener{THandler}(AkkaConfigurationBuilder, string, string?, HandlerScheduling?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="configure">Sets what is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this AkkaConfigurationBuilder builder, string name, Action<NetpollListenerOptions> configure)
        where THandler : RequestHandler
    {
        ArgumentNullException.ThrowIfNull(configure);
        NetpollListenerOptions options = new();
        configure(options);
        return builder.WithNetpollListener<THandler>(name, options);
    }

    /// <inheritdoc cref="WithNetpollListener{THandler}(AkkaConfigurationBuilder, string, string?, HandlerScheduling?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="section">The section of the application's configuration. A setting that does not exist fails the start.</param>
    public static AkkaConfigurationBuilder WithNetpollListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this AkkaConfigurationBuilder builder, string name, IConfiguration section)
        where THandler : RequestHandler
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder
            .WithListenerSection(name, section)
            .WithNetpollListener<THandler>(name, new NetpollListenerOptions());
    }

    /// <inheritdoc cref="WithNetpollListener{THandler}(AkkaConfigurationBuilder, string, string?, HandlerScheduling?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The actor's name, and that of its section: <c>netpoll.listeners.&lt;name&gt;</c>.</param>
    /// <param name="options">What is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this AkkaConfigurationBuilder builder, string name, NetpollListenerOptions options)
        where THandler : RequestHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        CheckName(name);
        return builder
            .AddHocon(options.ToConfig(ListenerSection.PathOf(name)), HoconAddMode.Prepend)
            .StartActors(async (system, registry, resolver) =>
            {
                HandlerNeeds.Check<THandler>(resolver, ListenerSection.PathOf(name));
                Props props = new ListenerSection(system.Settings.Config, name, options).Props(resolver.Props<THandler>());
                registry.Register<NetpollListener<THandler>>(await StartListenerAsync(system, name, props).ConfigureAwait(false));
            });
    }

    /// <summary>Starts a client with the actor system, under a key in the registry. It connects by itself; the host does not wait for that.</summary>
    /// <typeparam name="TKey">The registry's key; its name, in lower case, is the actor's name.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="address">Whom to call; null leaves it to the configuration: <c>netpoll.clients.&lt;name&gt;</c>.</param>
    public static AkkaConfigurationBuilder WithNetpollClient<TKey>(this AkkaConfigurationBuilder builder, string? address = null) =>
        builder.WithNetpollClient<TKey>(new NetpollClientOptions { Address = address });

    /// <inheritdoc cref="WithNetpollClient{TKey}(AkkaConfigurationBuilder, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets what is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollClient<TKey>(this AkkaConfigurationBuilder builder, Action<NetpollClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        NetpollClientOptions options = new();
        configure(options);
        return builder.WithNetpollClient<TKey>(options);
    }

    /// <inheritdoc cref="WithNetpollClient{TKey}(AkkaConfigurationBuilder, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section of the application's configuration. A setting that does not exist fails the start.</param>
    public static AkkaConfigurationBuilder WithNetpollClient<TKey>(this AkkaConfigurationBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder
            .AddHocon(new HoconText(ClientSection.PathOf(ClientName<TKey>())).AddAll(section).ToConfig(), HoconAddMode.Prepend)
            .WithNetpollClient<TKey>(new NetpollClientOptions());
    }

    /// <inheritdoc cref="WithNetpollClient{TKey}(AkkaConfigurationBuilder, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="options">What is not as by default.</param>
    public static AkkaConfigurationBuilder WithNetpollClient<TKey>(this AkkaConfigurationBuilder builder, NetpollClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        string name = ClientName<TKey>();
        return builder
            .AddHocon(options.ToConfig(ClientSection.PathOf(name)), HoconAddMode.Prepend)
            .StartActors((system, registry) =>
                registry.Register<TKey>(system.ActorOf(new ClientSection(system.Settings.Config, name, options).Props(), name)));
    }

    private static AkkaConfigurationBuilder WithNetpoll(this AkkaConfigurationBuilder builder, Config settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddHocon(settings, HoconAddMode.Prepend)
            .WithExtension<NetpollExtensionProvider>();
    }

    private static AkkaConfigurationBuilder WithListenerSection(this AkkaConfigurationBuilder builder, string name, IConfiguration section)
    {
        CheckName(name);
        return builder.AddHocon(new HoconText(ListenerSection.PathOf(name)).AddAll(section).ToConfig(), HoconAddMode.Prepend);
    }

    private static async Task<IActorRef> StartListenerAsync(ActorSystem system, string name, Props props)
    {
        IActorRef listener = system.ActorOf(props, name);
        await listener.Ask<Bound>(GetBound.Instance).ConfigureAwait(false);
        HostedListeners.Of(system).Add(name, listener);
        return listener;
    }

    private static string ClientName<TKey>()
    {
        string name = typeof(TKey).Name.ToLowerInvariant();
        CheckName(name);
        return name;
    }

    // It is a key of the configuration, where a dot or a quotation mark would mean something else.
    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException($"'{name}' is not a name: allowed are letters, digits, '-' and '_'.", nameof(name));
        }
    }
}
