using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.AkkaIo;

/// <summary>Akka.NET's own networking, with its defaults.</summary>
internal sealed class AkkaIoServer : IEchoServer
{
    /// <inheritdoc/>
    public async Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments)
    {
        ActorSystem system = ActorSystem.Create("echo", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
        var bound = new TaskCompletionSource<IPEndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new AkkaIoListener(bound)), "echo");
        return (await bound.Task, new Termination(system));
    }

    private sealed class Termination(ActorSystem system) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await system.Terminate();
    }
}
