using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.Actors;

/// <summary>Netpoll.Actors with a listener and its own defaults.</summary>
internal sealed class ActorsServer : IEchoServer
{
    /// <inheritdoc/>
    public async Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments)
    {
        ActorsOptions options = ActorsOptions.Parse(arguments);
        ActorSystem system = ActorSystem.Create("echo", ConfigurationFactory.ParseString(Settings(options)));
        Props props = Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), HandlersOf(options));
        Bound bound = await system.ActorOf(props, "echo").Ask<Bound>(GetBound.Instance);
        return (IPEndPoint.Parse($"{bound.Address}"["tcp://".Length..]), new Termination(system));
    }

    private static string Settings(ActorsOptions options) => $$"""
        akka { loglevel = OFF, stdout-loglevel = OFF }
        {{(options.Backend is null ? "" : $"netpoll.poller.backend = {options.Backend}")}}
        """;

    private static HandlerSource HandlersOf(ActorsOptions options)
    {
        Props echo = Props.Create<CopyingHandler>();
        HandlerScheduling scheduling = options.Serial ? HandlerScheduling.Serial : HandlerScheduling.Bounded;
        return options.SharedHandlers > 0
            ? HandlerSource.SharedPool(echo, options.SharedHandlers, scheduling)
            : HandlerSource.PerConnection(echo, scheduling);
    }

    private sealed class Termination(ActorSystem system) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await system.Terminate();
    }
}
