using Akka.Hosting;
using Gateway.Serving;
using Gateway.Telemetry;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Netpoll.Actors.Hosting;

namespace Gateway;

/// <summary>Puts the gateway together: what is listened on, what is called, and what an operator may ask.</summary>
internal static class GatewayHost
{
    /// <summary>Reads the configuration and builds the host, which is not started.</summary>
    /// <param name="args">Settings that go before <c>appsettings.json</c>, such as <c>--Netpoll:Pollers=4</c>.</param>
    public static WebApplication Build(string[] args)
    {
        // The configuration lies beside the program, wherever that is started from.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        GatewayOptions options = GatewayOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options).AddSingleton<UpstreamPool>().AddSingleton<MetricsPage>();
        if (options.RunUpstreams)
        {
            builder.Services.AddHostedService(_ => new UpstreamServers(options.Upstreams));
        }

        builder.Services.AddAkka("gateway", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
            .WithNetpoll(builder.Configuration.GetSection("Netpoll"))
            .WithNetpollListener<GatewayHandler>("callers", listener => listener.Codec = "line"));
        builder.Services.AddHealthChecks().AddNetpoll().AddCheck<UpstreamsHealthCheck>("upstreams", tags: ["ready"]);

        WebApplication app = builder.Build();
        app.MapHealthChecks("/health/ready", Checks("ready"));
        app.MapHealthChecks("/health/live", Checks("live"));
        app.MapGet("/metrics", (MetricsPage page) => page.Read());
        return app;
    }

    private static HealthCheckOptions Checks(string tag) => new()
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = HealthText.WriteAsync,
    };
}
