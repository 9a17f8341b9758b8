using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Sockets;

namespace Echo.Serving;

/// <summary>An actor system with one listener. Disposing it ends the system, and with it the listener and its connections.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private EchoServer(ActorSystem system, NetAddress address)
    {
        _system = system;
        Address = address;
    }

    /// <summary>Where it listens, with the port that port 0 became.</summary>
    public NetAddress Address { get; }

    /// <summary>Starts serving; returns once connections are accepted.</summary>
    /// <exception cref="SocketOperationException">The address is in use, not this machine's, or not permitted.</exception>
    public static async Task<EchoServer> StartAsync(ServeOptions options)
    {
        ActorSystem system = ActorSystem.Create("echo", Configuration(options));
        try
        {
            IActorRef listener = system.ActorOf(Listener.Props(options.Address, Codecs.LengthField(), HandlersOf(options)), "echo");
            Bound bound = await listener.Ask<Bound>(GetBound.Instance);
            return new EchoServer(system, bound.Address);
        }
        catch
        {
            await system.Terminate();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _system.Terminate();

    private static HandlerSource HandlersOf(ServeOptions options)
    {
        Props echo = Props.Create<EchoHandler>();
        return options switch
        {
            { SharedHandlers: int count } => HandlerSource.SharedPool(echo, count),
            { Serial: true } => HandlerSource.PerConnection(echo, HandlerScheduling.Serial),
            _ => HandlerSource.PerConnection(echo),
        };
    }

    private static Config Configuration(ServeOptions options)
    {
        // Unless it is asked for: standard output belongs to the sample, and a failure to start is told once, by whoever started the server.
        string log = $"akka {{ loglevel = {(options.Log ? "WARNING" : "OFF")}, stdout-loglevel = OFF }}";
        string pollers = Setting("netpoll.pollers", options.Pollers), workers = Setting("netpoll.workers", options.Workers);
        string backend = options.Backend is null ? "" : $"netpoll.poller.backend = {options.Backend}";
        return ConfigurationFactory.ParseString($"{log}\n{pollers}\n{workers}\n{backend}");
    }

    private static string Setting(string name, int? value) =>
        value is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{name} = {value}");
}
