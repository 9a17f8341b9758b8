using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>A test with an actor system of its own, two pollers and two workers, and short ways to a server.</summary>
public abstract class NetpollSpec(ITestOutputHelper output, string hocon = "", string? name = null)
    : TestKit(ConfigurationFactory.ParseString(hocon).WithFallback(s_small), name, output)
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
    protected async Task<(IActorRef Listener, NetAddress Address)> ListenAsync(
        string address, HandlerSource handlers, ListenerOptions? options = null, IFrameCodec? codec = null)
    {
        IActorRef listener = Sys.ActorOf(Listener.Props(address, codec ?? Codecs.LengthField(), handlers, options));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        return (listener, bound.Address);
    }

    /// <summary>Records every connection's end, with its reason.</summary>
    private protected Recorder<ConnectionClosed> RecordCloses()
    {
        Recorder<ConnectionClosed> closes = new();
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.CreateBy(new Producer<CloseListener>(() => new CloseListener(closes)))), typeof(ConnectionClosed));
        return closes;
    }

    /// <summary>Waits until each actor has dealt with what was told to it before.</summary>
    protected static async Task SettleAsync(params IActorRef[] actors)
    {
        foreach (IActorRef actor in actors)
        {
            await actor.Ask<ActorIdentity>(new Identify(0), Eventually.Patience);
        }
    }

    /// <summary>Stops an actor, and waits until it and all its children have ended.</summary>
    protected static async Task StopAsync(IActorRef actor) =>
        Assert.True(await actor.GracefulStop(Eventually.Patience));

    /// <summary>Spawns an actor that records its messages, and has it watch others.</summary>
    protected async Task<Recorder<object>> WatchAsync(params IActorRef[] others)
    {
        Recorder<object> messages = new();
        IActorRef spy = Sys.ActorOf(Spy.Props(messages));
        foreach (IActorRef other in others)
        {
            await spy.Ask<Spy.Watching>(new Spy.Watching(other), Eventually.Patience);
        }

        return messages;
    }

    /// <summary>Makes every event loop wait, until what is returned is disposed.</summary>
    protected async Task<IDisposable> HoldLoopsAsync()
    {
        Gate gate = new();
        foreach (PollerRef poller in Sys.Netpoll().Pollers)
        {
            TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            poller.Loop.Execute(() =>
            {
                held.SetResult();
                gate.Wait();
            });
            await held.Task.InTime();
        }

        return gate;
    }

    private sealed class CloseListener(Recorder<ConnectionClosed> closes) : UntypedActor
    {
        protected override void OnReceive(object message) => closes.Add((ConnectionClosed)message);
    }
}
