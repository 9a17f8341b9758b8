using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Sockets;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>A test with an actor system of its own, two pollers and two workers, and short ways to a server.</summary>
public abstract class NetpollSpec(ITestOutputHelper output, string hocon = "")
    : TestKit(ConfigurationFactory.ParseString(hocon).WithFallback(s_small), output: output)
{
    private static readonly Config s_small = ConfigurationFactory.ParseString("""
        akka.loglevel = WARNING
        akka.stdout-loglevel = WARNING
        netpoll.pollers = 2
        netpoll.workers = 2
        """);

    /// <summary>Spawns a listener on a free loopback port and waits until it is bound.</summary>
    protected Task<(IActorRef Listener, NetAddress Address)> ListenAsync(HandlerSource handlers, ListenerOptions? options = null) =>
        ListenAsync("tcp://127.0.0.1:0", handlers, options);

    /// <summary>Spawns a listener and waits until it is bound.</summary>
    protected async Task<(IActorRef Listener, NetAddress Address)> ListenAsync(string address, HandlerSource handlers, ListenerOptions? options = null)
    {
        IActorRef listener = Sys.ActorOf(Listener.Props(address, Codecs.LengthField(), handlers, options));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, TimeSpan.FromSeconds(10));
        return (listener, bound.Address);
    }
}
