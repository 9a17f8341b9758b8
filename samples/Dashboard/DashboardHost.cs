using System.Runtime.CompilerServices;
using Akka.Hosting;
using Dashboard.Load;
using Dashboard.Shop;
using Dashboard.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting;

namespace Dashboard;

/// <summary>Puts it together: the system that is watched with its load, who watches it, and the page.</summary>
internal static class DashboardHost
{
    private const string AnyPort = "tcp://127.0.0.1:0";

    /// <summary>Builds the host, which is not started.</summary>
    /// <param name="args"><c>--urls</c> says where the page is.</param>
    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Configuration["urls"] ??= "http://127.0.0.1:7090";
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddAkka("shop", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
            .WithNetpoll(pollers: 2)
            .WithNetpollListener<OrderHandler>("orders", AnyPort)
            .WithNetpollListener<PriceHandler>("prices", AnyPort, HandlerScheduling.Serial));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<PriceList>().AddSingleton<Watcher>();
        builder.Services.AddHostedService<Customers>().AddHostedService(services => services.GetRequiredService<Watcher>());
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter()));

        WebApplication app = builder.Build();
        app.MapGet("/", () => TypedResults.Stream(OpenPage(), "text/html; charset=utf-8"));
        app.MapGet("/api/history", (Watcher watcher) => watcher.History);
        app.MapGet("/api/snapshot", (Watcher watcher, CancellationToken gone) => watcher.Next.WaitAsync(gone));
        app.MapGet("/api/live", (Watcher watcher, IHostApplicationLifetime life, CancellationToken gone) =>
            TypedResults.ServerSentEvents(FollowAsync(watcher, life.ApplicationStopping, gone)));
        return app;
    }

    private static Stream OpenPage() => typeof(DashboardHost).Assembly.GetManifestResourceStream("Dashboard.Page.index.html")!;

    // The server's end ends the stream too: it would wait for whoever watches.
    private static async IAsyncEnumerable<Snapshot> FollowAsync(Watcher watcher, CancellationToken stopping, [EnumeratorCancellation] CancellationToken gone)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = either.Token.Register(ended.SetResult);
        while (await Task.WhenAny(watcher.Next, ended.Task) is Task<Snapshot> next)
        {
            yield return await next;
        }
    }
}
