using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Actors.Tests.Rpc.Calling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Hosting;

/// <summary>A server of the RPC protocol in a generic host, as an application has it.</summary>
public sealed class HostedRpcServerSpec
{
    private const string FreePort = "tcp://127.0.0.1:0";

    [Fact]
    public async Task It_starts_with_the_host_and_is_in_the_registry_and_in_the_health_check_bound()
    {
        using IHost host = Build(
            akka => akka.WithNetpollRpcServer<Methods>("greeter", Serve, FreePort),
            services => services.AddHealthChecks().AddNetpoll(timeout: Eventually.Patience));
        await host.StartAsync();

        Bound bound = await BoundOfAsync(host);
        Assert.Equal("hello you", await CallAsync(host, bound.Address, "greet", "you"));
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(bound.Address.ToString(), report.Entries["netpoll-listeners"].Data["greeter"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Its_methods_may_be_actors_of_the_registry_that_were_started_before()
    {
        using IHost host = Build(akka => akka
            .StartActors((system, registry) => registry.Register<Shout>(system.ActorOf(Props.Create<Shout>())))
            .WithNetpollRpcServer<Methods>(
                "shouter",
                (actors, _) => new RpcServiceBuilder(TextSerializer.Instance).Ask<string, string>("shout", actors.Get<Shout>()).Build(),
                options => options.Address = FreePort));
        await host.StartAsync();
        Assert.Equal("YOU", await CallAsync(host, (await BoundOfAsync(host)).Address, "shout", "you"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Its_settings_may_stand_in_the_applications_configuration()
    {
        IConfiguration section = Section(new()
        {
            ["Addresses:0"] = FreePort,
            ["Addresses:1"] = FreePort,
            ["Scheduling"] = "Serial",
            ["SharedHandlers"] = "2",
            ["MaxFrameBytes"] = "64",
        });
        using IHost host = Build(akka => akka.WithNetpollRpcServer<Methods>("greeter", Serve, section));
        await host.StartAsync();

        Bound bound = await BoundOfAsync(host);
        Assert.Equal(2, bound.Addresses.Distinct().Count());
        foreach (NetAddress address in bound.Addresses)
        {
            Assert.Equal("hello you", await CallAsync(host, address, "greet", "you"));
        }

        using RawClient client = RawClient.Connect(bound.Address);
        client.SendFrame(new byte[65]);
        client.ReceiveEnd();
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Codec", "length-field", "netpoll.listeners.greeter.codec is set, but a server of the RPC protocol has that protocol's")]
    [InlineData("Address", "nonsense", "netpoll.listeners.greeter.address is 'nonsense': it must be")]
    [InlineData("MaxFrameByts", "1", "netpoll.listeners.greeter.max-frame-byts is not a setting")]
    public async Task What_is_wrong_with_it_fails_the_start_by_its_path(string key, string value, string said)
    {
        Dictionary<string, string?> settings = new() { ["Address"] = FreePort };
        settings[key] = value;
        using IHost host = Build(akka => akka.WithNetpollRpcServer<Methods>("greeter", Serve, Section(settings)));
        await FailsToStart(host, said);
    }

    [Fact]
    public async Task A_codec_of_ones_own_fails_the_start_too()
    {
        using IHost host = Build(akka => akka.WithNetpollRpcServer<Methods>(
            "greeter", Serve, new NetpollListenerOptions { Address = FreePort, CustomCodec = Codecs.Line() }));
        await FailsToStart(host, "netpoll.listeners.greeter.codec is set");
    }

    private static RpcService Serve(IActorRegistry actors, IDependencyResolver services)
    {
        Greeting greeting = services.GetService<Greeting>();
        return new RpcServiceBuilder(TextSerializer.Instance).Unary<string, string>("greet", (name, _) => new(greeting.Text + name)).Build();
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders()).AddSingleton(new Greeting("hello "));
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("hosted", akka => configure(akka
            .AddHocon("akka.stdout-loglevel = OFF, akka.loglevel = INFO, akka.loggers = []", HoconAddMode.Prepend)
            .WithNetpoll(pollers: 2, workers: 2)));
        return builder.Build();
    }

    private static IConfiguration Section(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private static Task<Bound> BoundOfAsync(IHost host) =>
        host.Services.GetRequiredService<IRequiredActor<Methods>>().ActorRef.Ask<Bound>(GetBound.Instance, Eventually.Patience);

    private static async Task<string> CallAsync(IHost host, NetAddress address, string method, string request)
    {
        await using RpcServiceClient client = host.Services.GetRequiredService<ActorSystem>().Netpoll().RpcService(address, TextSerializer.Instance);
        return await client.Unary<string, string>(method).CallAsync(request).InTime();
    }

    private static async Task FailsToStart(IHost host, string said)
    {
        ConfigurationException error = await Assert.ThrowsAnyAsync<ConfigurationException>(() => host.StartAsync());
        Assert.StartsWith(said, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A key for the server.</summary>
    private sealed class Methods;

    private sealed record Greeting(string Text);

    private sealed class Shout : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(((string)message).ToUpperInvariant());
    }
}
