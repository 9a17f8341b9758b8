using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>An actor system in a generic host, as an application has it.</summary>
public sealed class HostingSpec
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private sealed class EchoActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    /// <summary>A key for an actor that nobody registers.</summary>
    private sealed class Missing;

    private sealed class Greeter(IRequiredActor<EchoActor> echo)
    {
        public Task<string> GreetAsync(string name) => echo.ActorRef.Ask<string>($"hello {name}", s_patience);
    }

    /// <summary>A check that asks an actor.</summary>
    private sealed class EchoCheck(IRequiredActor<EchoActor> echo) : IAkkaHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Assert.Equal(echo.ActorRef, context.ActorRegistry.Get<EchoActor>());
            var answer = await echo.ActorRef.Ask<string>("well?", s_patience, cancellationToken);
            return answer == "well?" ? HealthCheckResult.Healthy(answer) : new HealthCheckResult(context.Registration.FailureStatus);
        }
    }

    private sealed class Talker : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message) => _log.Info("{Name} took {Count:N0}", "x", 2);
    }

    /// <summary>Keeps what is said of a line with this template.</summary>
    private sealed class Listener(string template) : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource<(Dictionary<string, object?> Values, string Text)> _heard = new();

        public Task<(Dictionary<string, object?> Values, string Text)> Heard => _heard.Task.WaitAsync(s_patience);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> pairs)
                return;
            Dictionary<string, object?> values = new(pairs);
            if (values.GetValueOrDefault("{OriginalFormat}") is string text && text == template)
                _heard.TrySetResult((values, formatter(state, exception)));
        }

        public void Dispose()
        {
        }
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddAkka("hosted", akka => configure(akka.AddHocon("akka.stdout-loglevel = OFF, akka.loglevel = OFF", HoconAddMode.Prepend)));
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    private static void StartEcho(ActorSystem system, IActorRegistry registry) =>
        registry.Register<EchoActor>(system.ActorOf(Props.Create(() => new EchoActor()), "echo"));

    [Fact]
    public async Task Actors_start_with_the_host_and_are_injected_where_they_are_needed()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho), services => services.AddSingleton<Greeter>());
        await host.StartAsync();

        Assert.Equal("hello world", await host.Services.GetRequiredService<Greeter>().GreetAsync("world"));
        Assert.Equal("hosted", host.Services.GetRequiredService<ActorSystem>().Name);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_starts_actors_may_be_asynchronous_and_comes_before_what_needs_them()
    {
        string? answer = null;
        using IHost host = Build(akka => akka
            .WithActors(async (system, registry) =>
            {
                await Task.Yield();
                StartEcho(system, registry);
            })
            .AddStartup(async (_, registry) => answer = await registry.Get<EchoActor>().Ask<string>("ready", s_patience)));
        await host.StartAsync();

        Assert.Equal("ready", answer);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_registry_has_one_actor_for_a_key()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho));
        await host.StartAsync();
        var registry = host.Services.GetRequiredService<ActorRegistry>();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var other = system.ActorOf(Props.Create(() => new EchoActor()));

        Assert.Same(registry, ActorRegistry.For(system));
        Assert.Same(registry, host.Services.GetRequiredService<IActorRegistry>());
        Assert.Same(registry, host.Services.GetRequiredService<IReadOnlyActorRegistry>());
        Assert.True(registry.TryGet<EchoActor>(out var echo));
        Assert.Equal("echo", echo.Path.Name);
        Assert.False(registry.TryRegister<EchoActor>(other));
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<EchoActor>(other));
        Assert.True(registry.TryRegister<EchoActor>(other, overwrite: true));
        Assert.Equal(other, registry.Get<EchoActor>());
        Assert.False(registry.TryGet<Missing>(out var missing));
        Assert.Equal(ActorRefs.Nobody, missing);
        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<Missing>());
        await host.StopAsync();
    }

    [Fact]
    public async Task An_actor_that_is_registered_later_can_be_waited_for()
    {
        using IHost host = Build(_ => { });
        await host.StartAsync();
        var required = host.Services.GetRequiredService<IRequiredActor<EchoActor>>();

        Task<IActorRef> waiting = required.GetAsync();
        Assert.False(waiting.IsCompleted);
        StartEcho(host.Services.GetRequiredService<ActorSystem>(), host.Services.GetRequiredService<IActorRegistry>());

        Assert.Equal("echo", (await waiting.WaitAsync(s_patience)).Path.Name);
        Assert.Equal(required.ActorRef, await waiting);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_end_of_the_host_is_a_coordinated_shutdown()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var wasRunning = false;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "test", () =>
        {
            wasRunning = !system.WhenTerminated.IsCompleted;
            return Task.FromResult(Akka.Done.Instance);
        });

        await host.StopAsync();

        Assert.True(wasRunning);
        await system.WhenTerminated.WaitAsync(s_patience);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task The_end_of_the_host_waits_for_the_shutdown_however_impatient_it_is()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        TaskCompletionSource<Akka.Done> unbound = new();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "test", () => unbound.Task);

        Task stopped = Task.WhenAll(host.Services.GetServices<IHostedService>().Select(service => service.StopAsync(new CancellationToken(true))));
        Assert.False(stopped.IsCompleted);
        unbound.SetResult(Akka.Done.Instance);

        await stopped.WaitAsync(s_patience);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_logger_of_the_host_is_told_the_arguments_and_where_a_line_comes_from()
    {
        const string Template = "{Name} took {Count:N0}";
        using Listener listener = new(Template);
        IActorRef? talker = null;
        using IHost host = Build(
            akka => akka
                .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
                .AddHocon("akka.loglevel = INFO", HoconAddMode.Prepend)
                .WithActors((system, _) => talker = system.ActorOf(Props.Create(() => new Talker()), "talker")),
            services => services.AddSingleton<ILoggerProvider>(listener));
        await host.StartAsync();

        talker!.Tell("talk");

        var (values, text) = await listener.Heard;
        Assert.Equal(("x", 2), (values["Name"], values["Count"]));
        Assert.Equal(("akka://hosted/user/talker", "akka://hosted/user/talker"), (values["LogSource"], values["ActorPath"]));
        Assert.Equal(TimeSpan.Zero, Assert.IsType<DateTimeOffset>(values["Timestamp"]).Offset);
        Assert.IsType<int>(values["Thread"]);
        Assert.Equal(Template, values["{OriginalFormat}"]);
        Assert.Equal(7, values.Count);
        Assert.EndsWith("[akka://hosted/user/talker] x took 2", text, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_end_of_the_actor_system_ends_the_host()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho));
        await host.StartAsync();

        await host.Services.GetRequiredService<ActorSystem>().Terminate();

        await host.WaitForShutdownAsync().WaitAsync(s_patience);
    }

    [Fact]
    public async Task Configuration_is_added_above_or_below()
    {
        using IHost host = Build(akka => akka
            .AddHocon("test { a = first, b = first }", HoconAddMode.Prepend)
            .AddHocon("test { b = above }", HoconAddMode.Prepend)
            .AddHocon("test { a = below, c = below }", HoconAddMode.Append)
            .WithActorAskTimeout(TimeSpan.FromSeconds(7)));
        await host.StartAsync();
        var settings = host.Services.GetRequiredService<ActorSystem>().Settings;

        Config test = settings.Config.GetConfig("test");
        Assert.Equal(("first", "above", "below"), (test.GetString("a"), test.GetString("b"), test.GetString("c")));
        Assert.Equal(TimeSpan.FromSeconds(7), settings.AskTimeout);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_actor_system_is_healthy_until_it_ends()
    {
        using IHost host = Build(akka => akka.WithActorSystemLivenessCheck(), services => services.AddHealthChecks());
        await host.StartAsync();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        HealthReport before = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, before.Entries["akka.actorsystem"].Status);
        Assert.Contains("liveness", before.Entries["akka.actorsystem"].Tags);
        Assert.Contains("akka", before.Entries["akka.actorsystem"].Tags);

        await host.StopAsync();

        await host.Services.GetRequiredService<ActorSystem>().WhenTerminated.WaitAsync(s_patience);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
    }

    [Fact]
    public async Task A_health_check_may_be_a_class_or_a_function_and_ask_actors()
    {
        using IHost host = Build(
            akka => akka
                .WithActors(StartEcho)
                .WithHealthCheck<EchoCheck>("class", tags: ["echo"])
                .WithHealthCheck("function", async (_, registry, cancellation) =>
                    HealthCheckResult.Degraded(await registry.Get<EchoActor>().Ask<string>("so so", s_patience, cancellation))),
            services => services.AddHealthChecks());
        await host.StartAsync();

        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal((HealthStatus.Healthy, "well?"), (report.Entries["class"].Status, report.Entries["class"].Description));
        Assert.Contains("echo", report.Entries["class"].Tags);
        Assert.Equal((HealthStatus.Degraded, "so so"), (report.Entries["function"].Status, report.Entries["function"].Description));
        Assert.Equal(HealthStatus.Degraded, report.Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_start_that_fails_is_the_hosts_failure()
    {
        using IHost host = Build(akka => akka.AddStartup((_, _) => throw new InvalidOperationException("no")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        await host.Services.GetRequiredService<ActorSystem>().WhenTerminated.WaitAsync(s_patience);
    }
}
