using Akka.Actor;
using Akka.Hosting;
using Gateway;
using Gateway.Serving;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Messages;

try
{
    await using WebApplication app = GatewayHost.Build(args);

    // Both from the beginning: one connects, the other counts.
    _ = app.Services.GetRequiredService<MetricsPage>();
    await app.StartAsync();
    UpstreamPool upstreams = app.Services.GetRequiredService<UpstreamPool>();

    IRequiredActor<NetpollListener<GatewayHandler>> listener = app.Services.GetRequiredService<IRequiredActor<NetpollListener<GatewayHandler>>>();
    Bound bound = await (await listener.GetAsync()).Ask<Bound>(GetBound.Instance);
    Console.WriteLine($"listening on {bound.Address}");
    Console.WriteLine($"commands: {string.Join(", ", upstreams.Routes)}");
    Console.WriteLine($"health and metrics: {app.Urls.First()}/health/ready, /health/live, /metrics");
    Console.WriteLine("Ctrl+C ends it");
    await app.WaitForShutdownAsync();
    Console.WriteLine("drained and stopped");
    return 0;
}
catch (Exception error) when (error is not OutOfMemoryException)
{
    // A mistake in the configuration, or an address in use: the message has the setting and what is allowed; a stack would only hide it.
    Console.Error.WriteLine($"The gateway cannot run. {error.Message}");
    return 1;
}
