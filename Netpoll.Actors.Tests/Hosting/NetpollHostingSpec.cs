using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Hosting;

/// <summary>Netpoll in a generic host, as an application has it.</summary>
public sealed class NetpollHostingSpec
{
    private const string FreePort = "tcp://127.0.0.1:0";

    [Fact]
    public async Task A_listener_starts_with_the_host_and_is_in_the_registry_bound()
    {
        using IHost host = Build(akka => akka.WithNetpoll(pollers: 1, workers: 1).WithNetpollListener<EchoHandler>("echo", FreePort));
        await host.StartAsync();

        using RawClient client = RawClient.Connect(await AddressOfAsync<EchoHandler>(host));
        client.SendFrame("hello"u8);
        Assert.Equal("hello"u8.ToArray(), client.ReceiveFrame());
        Assert.Equal(1, host.Services.GetRequiredService<ActorSystem>().Netpoll().Settings.Pollers);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_client_is_injected_by_its_key_and_calls()
    {
        using IHost server = Build(akka => akka.WithNetpoll().WithNetpollListener<EchoHandler>("echo", FreePort));
        await server.StartAsync();
        NetAddress address = await AddressOfAsync<EchoHandler>(server);

        using IHost client = Build(akka => akka.WithNetpoll().WithNetpollClient<Upstream>(address.ToString()));
        await client.StartAsync();
        IActorRef upstream = client.Services.GetRequiredService<IRequiredActor<Upstream>>().ActorRef;
        using Response response = await upstream.Ask<Response>(new Call("ping"u8.ToArray()), Eventually.Patience);
        Assert.Equal("ping", Encoding.UTF8.GetString(response.Payload));
        await client.StopAsync();
        await server.StopAsync();
    }

    [Fact]
    public async Task A_clients_policies_may_stand_in_the_applications_configuration()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Address"] = "tcp://127.0.0.1:1",
            ["Protocol"] = "WithIds",
            ["Policy"] = "Pool",
            ["Connections"] = "3",
            ["IdleTimeout"] = "00:00:07",
            ["MaxUnreadBytes"] = "65536",
            ["LateAnswerTimeout"] = "00:00:05",
            ["Reconnect:Enabled"] = "false",
            ["Retry:MaxTries"] = "4",
            ["Retry:MaxDelay"] = "00:00:02",
            ["Circuit:TimeoutsToOpen"] = "9",
            ["Circuit:FirstDelay"] = "00:00:01",
        };
        RpcClientOptions? read = null;
        RpcClientOptions expected = new()
        {
            Protocol = CallProtocols.WithIds,
            Connections = ConnectionPolicy.Pool(3, TimeSpan.FromSeconds(7)),
            MaxUnreadBytes = 64 * 1024,
            LateAnswerTimeout = TimeSpan.FromSeconds(5),
            Reconnect = null,
            Retry = new RetryPolicy { MaxTries = 4, Delay = new BackOff { Max = TimeSpan.FromSeconds(2) } },
            Circuit = new CircuitPolicy { TimeoutsToOpen = 9, OpenFor = new BackOff { First = TimeSpan.FromSeconds(1) } },
        };
        NetpollClientOptions options = Section(settings, path: null).Get<NetpollClientOptions>()!;
        options.Customize = all => read = all;
        using IHost bound = Build(akka => akka.WithNetpoll().WithNetpollClient<Upstream>(options));
        await bound.StartAsync();
        Assert.Equal(expected, read);
        await bound.StopAsync();

        using IHost section = Build(akka => akka.WithNetpoll().WithNetpollClient<Upstream>(Section(settings, path: null)));
        await section.StartAsync();
        await section.StopAsync();
    }

    [Fact]
    public async Task Handlers_get_the_applications_services()
    {
        using IHost host = Build(
            akka => akka.WithNetpoll().WithNetpollListener<GreetingHandler>("greeting", options => options.Address = FreePort),
            services: services => services.AddSingleton(new Greeting("hello ")));
        await host.StartAsync();

        using RawClient client = RawClient.Connect(await AddressOfAsync<GreetingHandler>(host));
        client.SendFrame("you"u8);
        Assert.Equal("hello you"u8.ToArray(), client.ReceiveFrame());
        await host.StopAsync();
    }

    [Fact]
    public async Task Everything_may_stand_in_the_applications_configuration()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Netpoll:Pollers"] = "1",
            ["Netpoll:Workers"] = "3",
            ["Netpoll:Poller:MaxEventsPerWait"] = "16",
            ["Netpoll:Watchdog:LoopLimit"] = "00:00:02",
            ["Netpoll:Listeners:Echo:Address"] = FreePort,
            ["Netpoll:Listeners:Echo:Scheduling"] = "Serial",
            ["Netpoll:Listeners:Echo:max-frame-bytes"] = "8",
        };
        using IHost host = Build(
            akka => akka
                .WithNetpoll(Section(settings, "Netpoll", without: "Listeners"))
                .WithNetpollListener<EchoHandler>("echo", Section(settings, "Netpoll:Listeners:Echo")));
        await host.StartAsync();

        NetpollSettingsSummary summary = NetpollSettingsSummary.Of(host.Services.GetRequiredService<ActorSystem>());
        Assert.Equal(new NetpollSettingsSummary(1, 3, 16, TimeSpan.FromSeconds(2)), summary);
        using RawClient client = RawClient.Connect(await AddressOfAsync<EchoHandler>(host));
        client.SendFrame("12345678"u8);
        Assert.Equal("12345678"u8.ToArray(), client.ReceiveFrame());
        client.SendFrame("123456789"u8);
        client.ReceiveEnd();
        await host.StopAsync();
    }

    [Fact]
    public void Options_bound_by_the_framework_say_the_same_as_the_section_itself()
    {
        IConfiguration section = Section(
            new()
            {
                ["Pollers"] = "2",
                ["Poller:Throughput"] = "7",
                ["BoundedDispatcher:Throughput"] = "9",
                ["Watchdog:WorkerLimit"] = "00:01:00",
            },
            path: null);
        NetpollOptions options = section.Get<NetpollOptions>()!;
        Assert.Equal((2, 7, 9, TimeSpan.FromMinutes(1)), (options.Pollers, options.Poller.Throughput, options.BoundedDispatcher.Throughput, options.Watchdog.WorkerLimit));
        Assert.Null(options.Workers);

        IConfiguration listener = Section(new() { ["Address"] = "unix:///tmp/x", ["Scheduling"] = "Serial", ["LingerTimeout"] = "00:00:01" }, path: null);
        NetpollListenerOptions bound = listener.Get<NetpollListenerOptions>()!;
        Assert.Equal(("unix:///tmp/x", HandlerScheduling.Serial, TimeSpan.FromSeconds(1)), (bound.Address, bound.Scheduling, bound.LingerTimeout));
    }

    [Fact]
    public async Task Hocon_alone_configures_a_listener_too()
    {
        using IHost host = Build(akka => akka
            .AddHocon($"netpoll.listeners.echo.address = \"{FreePort}\"", HoconAddMode.Prepend)
            .WithNetpoll()
            .WithNetpollListener<EchoHandler>("echo"));
        await host.StartAsync();
        Assert.True((await AddressOfAsync<EchoHandler>(host)).Port > 0);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_listener_listens_on_several_addresses_within_its_limits()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Addresses:0"] = FreePort,
            ["Addresses:1"] = FreePort,
            ["Codec"] = "line",
            ["AcceptsPerSecond"] = "0.0001",
            ["AcceptBurst"] = "2",
            ["OutputBudgetBytes"] = "64MiB",
        };
        using IHost host = Build(akka => akka.WithNetpoll().WithNetpollListener<EchoHandler>("echo", Section(settings, path: null)));
        await host.StartAsync();

        IActorRef listener = host.Services.GetRequiredService<IRequiredActor<NetpollListener<EchoHandler>>>().ActorRef;
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        Assert.Equal(2, bound.Addresses.Distinct().Count());
        foreach (NetAddress address in bound.Addresses)
        {
            using RawClient client = RawClient.Connect(address);
            client.Send("hello\n"u8);
            Assert.Equal("hello\n"u8.ToArray(), client.ReceiveExactly(6));
        }

        // The third one within hours is one too many.
        using RawClient refused = RawClient.Connect(bound.Address);
        Assert.False(refused.ReceiveEnd());
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Address", null, "netpoll.listeners.echo.address is missing: it must be 'tcp://host:port', 'unix:///path' or 'unix://@name'")]
    [InlineData("Address", "nonsense", "netpoll.listeners.echo.address is 'nonsense': it must be 'tcp://host:port', 'unix:///path' or 'unix://@name'")]
    [InlineData("MaxFrameBytes", "-1", "netpoll.listeners.echo.max-frame-bytes is '-1': it must be a size from 1 to 2147483647 bytes")]
    [InlineData("MaxFrameBytes", "many", "netpoll.listeners.echo.max-frame-bytes is 'many': it must be a size from 1 to 2147483647 bytes")]
    [InlineData("MaxFrameBytes", "4GiB", "netpoll.listeners.echo.max-frame-bytes is '4GiB': it must be a size from 1 to 2147483647 bytes")]
    [InlineData("MaxInFlightPerConnection", "0", "netpoll.listeners.echo.max-in-flight-per-connection is '0': it must be a whole number from 1")]
    [InlineData("OutputHighWaterBytes", "0", "netpoll.listeners.echo.output-high-water-bytes is '0': it must be a size from 1")]
    [InlineData("LingerTimeout", "soon", "netpoll.listeners.echo.linger-timeout is 'soon': it must be a time such as '500ms' or '10s'")]
    [InlineData("LingerTimeout", "-00:00:01", "netpoll.listeners.echo.linger-timeout is '-1000ms': it must be a time such as '500ms' or '10s'")]
    [InlineData("Scheduling", "parallel", "netpoll.listeners.echo.scheduling is 'parallel': it must be one of 'bounded', 'serial'")]
    [InlineData("Codec", "morse", "netpoll.listeners.echo.codec is 'morse': it must be one of 'length-field', 'varint', 'delimiter', 'line', 'fixed', 'raw'")]
    [InlineData("LengthField:Bytes", "5", "netpoll.listeners.echo.length-field.bytes is '5': it must be one of '1', '2', '3', '4', '8'")]
    [InlineData("LengthField:Offset", "-1", "netpoll.listeners.echo.length-field.offset is '-1': it must be a whole number from 0 to 65536")]
    [InlineData("LengthField:LittleEndian", "maybe", "netpoll.listeners.echo.length-field.little-endian is 'maybe': it must be one of 'on', 'off'")]
    [InlineData("LengthField:StripBytes", "some", "netpoll.listeners.echo.length-field.strip-bytes is 'some': it must be a whole number from 0")]
    [InlineData("LengthField:Header", "x", "netpoll.listeners.echo.length-field.header is 'x': it must be pairs of hexadecimal digits, such as 'CAFE'")]
    [InlineData("LengthField:Header", "0102030405", "netpoll.listeners.echo.length-field.header is '0102030405': it must be no longer than what is stripped")]
    [InlineData("LengthField:Size", "4", "netpoll.listeners.echo.length-field.size is not a setting: allowed are adjustment, bytes,")]
    [InlineData("Codec", "delimiter", "netpoll.listeners.echo.delimiter.marks is '': it must be a list of at least one text")]
    [InlineData("Codec", "fixed", "netpoll.listeners.echo.fixed.bytes is '0': it must be a whole number from 1")]
    [InlineData("Addresses:0", "nowhere", "netpoll.listeners.echo.addresses is 'nowhere': it must be 'tcp://host:port'")]
    [InlineData("AcceptsPerSecond", "0", "netpoll.listeners.echo.accepts-per-second is '0': it must be a number above 0, or 'off'")]
    [InlineData("AcceptsPerSecond", "many", "netpoll.listeners.echo.accepts-per-second is 'many': it must be a number above 0, or 'off'")]
    [InlineData("AcceptBurst", "0", "netpoll.listeners.echo.accept-burst is '0': it must be a whole number from 1")]
    [InlineData("OutputBudgetBytes", "0", "netpoll.listeners.echo.output-budget-bytes is '0': it must be a size from 1")]
    [InlineData("MaxFrameByts", "1", "netpoll.listeners.echo.max-frame-byts is not a setting: allowed are accept-burst, accepts-per-second, address, addresses, backlog, codec,")]
    public async Task What_is_wrong_with_a_listener_fails_the_start_by_its_path(string key, string? value, string said)
    {
        Dictionary<string, string?> settings = new() { ["Address"] = FreePort };
        settings[key] = value;
        using IHost host = Build(akka => akka.WithNetpoll().WithNetpollListener<EchoHandler>("echo", Section(settings, path: null)));
        await FailsToStart(host, said);
    }

    [Theory]
    [InlineData("Polers", "1", "netpoll.polers is not a setting: allowed are bounded-dispatcher,")]
    [InlineData("Poller:Troughput", "1", "netpoll.poller.troughput is not a setting: allowed are")]
    [InlineData("Poller", "1", "netpoll.poller is a value: it must be a section")]
    [InlineData("Pollers", "-2", "netpoll.pollers is '-2': it must be a whole number from 1 to 1024 or 'auto'")]
    [InlineData("Watchdog:LoopLimit", "never", "netpoll.watchdog.loop-limit is 'never': it must be a time of at least 1ms, such as '500ms' or '2s', or 'off'")]
    public async Task What_is_wrong_with_the_pollers_fails_the_start_by_its_path(string key, string value, string said)
    {
        using IHost host = Build(akka => akka.WithNetpoll(Section(new() { [key] = value }, path: null)));
        await FailsToStart(host, said);
    }

    [Theory]
    [InlineData("Address", "tcp://", "netpoll.clients.upstream.address is 'tcp://': it must be")]
    [InlineData("ConnectTimeout", "0s", "netpoll.clients.upstream.connect-timeout is '0s': it must be a time of at least 1ms")]
    [InlineData("MaxPendingCalls", "0", "netpoll.clients.upstream.max-pending-calls is '0': it must be a whole number from 1")]
    [InlineData("Protocol", "telepathy", "netpoll.clients.upstream.protocol is 'telepathy': it must be one of 'in-order', 'with-ids'")]
    [InlineData("Policy", "crowd", "netpoll.clients.upstream.policy is 'crowd': it must be one of 'mux', 'pool'")]
    [InlineData("Connections", "0", "netpoll.clients.upstream.connections is '0': it must be a whole number from 1")]
    [InlineData("MaxUnreadBytes", "0", "netpoll.clients.upstream.max-unread-bytes is '0': it must be a size from 1")]
    [InlineData("LateAnswerTimeout", "0s", "netpoll.clients.upstream.late-answer-timeout is '0s': it must be a time of at least 1ms")]
    [InlineData("Reconnect:Enabled", "maybe", "netpoll.clients.upstream.reconnect.enabled is 'maybe': it must be one of 'on', 'off'")]
    [InlineData("Reconnect:MaxDelay", "50ms", "netpoll.clients.upstream.reconnect.max-delay is '50ms': it must be a time of at least 100ms")]
    [InlineData("Retry:MaxTries", "0", "netpoll.clients.upstream.retry.max-tries is '0': it must be a whole number from 1")]
    [InlineData("Retry:FirstDelay", "soon", "netpoll.clients.upstream.retry.first-delay is 'soon': it must be a time of at least 1ms")]
    [InlineData("Circuit:TimeoutsToOpen", "0", "netpoll.clients.upstream.circuit.timeouts-to-open is '0': it must be a whole number from 1")]
    [InlineData("Circuit:Size", "1", "netpoll.clients.upstream.circuit.size is not a setting: allowed are first-delay, max-delay, timeouts-to-open")]
    [InlineData("Retries", "1", "netpoll.clients.upstream.retries is not a setting: allowed are")]
    public async Task What_is_wrong_with_a_client_fails_the_start_by_its_path(string key, string value, string said)
    {
        Dictionary<string, string?> settings = new() { ["Address"] = "tcp://127.0.0.1:1" };
        settings[key] = value;
        using IHost host = Build(akka => akka.WithNetpoll().WithNetpollClient<Upstream>(Section(settings, path: null)));
        await FailsToStart(host, said);
    }

    [Fact]
    public async Task A_handler_that_cannot_be_made_fails_the_start()
    {
        using IHost host = Build(akka => akka.WithNetpoll().WithNetpollListener<GreetingHandler>("greeting", FreePort));
        await FailsToStart(host, "netpoll.listeners.greeting has no handler: no public constructor of GreetingHandler has only parameters that are registered services");

        using IHost other = Build(akka => akka.WithNetpoll().WithNetpollListener<RequestHandler>("none", FreePort));
        await FailsToStart(other, "netpoll.listeners.none has no handler: RequestHandler is abstract");
    }

    [Fact]
    public async Task An_address_in_use_fails_the_start()
    {
        using System.Net.Sockets.Socket taken = RawClient.Listen(out NetAddress address);
        using IHost host = Build(akka => akka.WithNetpoll().WithNetpollListener<EchoHandler>("echo", address.ToString()));
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains(address.ToString(), error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("\"")]
    public void A_name_is_letters_digits_and_dashes(string name)
    {
        AkkaConfigurationBuilder builder = new(new ServiceCollection(), "naming");
        Assert.Throws<ArgumentException>(() => builder.WithNetpollListener<EchoHandler>(name));
    }

    [Fact]
    public async Task Health_checks_tell_of_listeners_and_loops()
    {
        using IHost host = Build(
            akka => akka.WithNetpoll(pollers: 2).WithNetpollListener<EchoHandler>("echo", FreePort),
            services: services => services.AddHealthChecks().AddNetpoll(timeout: Eventually.Patience));
        await host.StartAsync();
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();

        HealthReport report = await health.CheckHealthAsync();
        Assert.Equal(["netpoll-listeners", "netpoll-loops"], report.Entries.Keys.Order());
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        Assert.Contains("echo", report.Entries["netpoll-listeners"].Data.Keys);
        Assert.Equal(["ready"], report.Entries["netpoll-listeners"].Tags);
        Assert.Equal(["live"], report.Entries["netpoll-loops"].Tags);

        IActorRef listener = host.Services.GetRequiredService<IRequiredActor<NetpollListener<EchoHandler>>>().ActorRef;
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["netpoll-listeners"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["netpoll-loops"].Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_loop_that_is_held_is_not_alive()
    {
        using IHost host = Build(
            akka => akka.WithNetpoll(pollers: 1),
            services: services => services.AddHealthChecks().AddNetpoll(timeout: TimeSpan.FromMilliseconds(50)));
        await host.StartAsync();
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        using (Gate gate = new())
        {
            TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            host.Services.GetRequiredService<ActorSystem>().Netpoll().Pollers[0].Loop.Execute(() =>
            {
                held.SetResult();
                gate.Wait();
            });
            await held.Task.InTime();
            Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Entries["netpoll-loops"].Status);
        }

        await host.StopAsync();
    }

    [Fact]
    public async Task The_log_goes_to_the_applications_loggers()
    {
        LogRecorder log = new();
        using IHost host = Build(
            akka => akka
                .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
                .WithNetpoll()
                .WithNetpollListener<EchoHandler>("echo", FreePort),
            services: services => services.AddSingleton<ILoggerProvider>(log));
        await host.StartAsync();
        await Eventually.Holds(() => log.Lines.Any(line => line.Contains("istening on tcp://127.0.0.1:", StringComparison.Ordinal)), "the listener's line is logged");
        await host.StopAsync();
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders());
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("hosted", akka => configure(akka.AddHocon("akka.stdout-loglevel = OFF, akka.loglevel = INFO, akka.loggers = []", HoconAddMode.Prepend)));
        return builder.Build();
    }

    private static IConfiguration Section(Dictionary<string, string?> settings, string? path, string? without = null)
    {
        IConfiguration all = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Where(setting => without is null || !setting.Key.Contains(without, StringComparison.Ordinal)))
            .Build();
        return path is null ? all : all.GetSection(path);
    }

    private static async Task<NetAddress> AddressOfAsync<THandler>(IHost host)
        where THandler : RequestHandler
    {
        IActorRef listener = host.Services.GetRequiredService<IRequiredActor<NetpollListener<THandler>>>().ActorRef;
        return (await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address;
    }

    private static async Task FailsToStart(IHost host, string said)
    {
        ConfigurationException error = await Assert.ThrowsAnyAsync<ConfigurationException>(() => host.StartAsync());
        Assert.StartsWith(said, error.Message, StringComparison.Ordinal);
    }

    private sealed record NetpollSettingsSummary(int Pollers, int Workers, int MaxEventsPerWait, TimeSpan? LoopLimit)
    {
        public static NetpollSettingsSummary Of(ActorSystem system) => new(
            system.Netpoll().Settings.Pollers,
            system.Netpoll().Settings.Workers,
            system.Netpoll().Settings.MaxEventsPerWait,
            system.Netpoll().Settings.WatchdogLoopLimit);
    }

    /// <summary>A key for a client.</summary>
    private sealed class Upstream;

    private sealed record Greeting(string Text);

    private sealed class GreetingHandler(Greeting greeting) : RequestHandler
    {
        protected override void OnRequest(Request request) =>
            request.Reply(Encoding.UTF8.GetBytes(greeting.Text + Encoding.UTF8.GetString(request.Payload)));
    }

    private sealed class LogRecorder : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public string[] Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
