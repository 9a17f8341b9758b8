using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>The end in good order: no new connections, requests in flight are answered, then everything is closed; each with its deadline.</summary>
public sealed class GracefulShutdownSpec(ITestOutputHelper output) : NetpollSpec(output, """
    akka.coordinated-shutdown.run-by-actor-system-terminate = on
    akka.coordinated-shutdown.terminate-actor-system = on
    akka.coordinated-shutdown.default-phase-timeout = 60 s
    """)
{
    private static readonly ListenerOptions s_patient = new() { DrainTimeout = Eventually.Patience };

    private static readonly ListenerOptions s_lingering = s_patient with
    {
        LingerTimeout = 2 * Eventually.Patience,
        Socket = new SocketOptions { SendBufferBytes = 16 * 1024, ReceiveBufferBytes = 16 * 1024 },
    };

    [Theory]
    [InlineData("terminate")]
    [InlineData("run")]
    [InlineData("drain")]
    public async Task C11_A_request_in_flight_is_answered_and_then_its_connection_is_closed(string how)
    {
        Script script = Script.Silent();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_patient);
        using RawClient busy = RawClient.Connect(address);
        using RawClient idle = RawClient.Connect(address);
        busy.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        script.OnRequest = other => other.Reply(other.Payload);
        idle.SendFrame([2]);
        idle.ReceiveFrame();

        Task ended = how switch
        {
            "terminate" => Sys.Terminate(),
            "run" => CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance),
            _ => listener.Ask<Drained>(Drain.Instance, Eventually.Patience),
        };

        // The idle one is closed at once, and nobody is let in any more, while the busy one still has its request.
        Assert.True(idle.ReceiveEnd());
        Assert.Equal(CloseReason.Shutdown, (await closes.NextAsync()).Reason);
        await Eventually.TrueAsync(() => IsRefused(address), () => "new connections are still taken");
        Assert.False(ended.IsCompleted);
        request.Reply([7, 8, 9]);
        Assert.Equal([7, 8, 9], busy.ReceiveFrame());
        Assert.True(busy.ReceiveEnd());
        busy.Dispose();
        idle.Dispose();
        await ended.InTime();
        Assert.Equal(2, script.Events.Rest().Count(what => what is { What: "disconnected", Reason: CloseReason.Shutdown, Error: null }));
    }

    [Fact]
    public async Task C11_What_does_not_finish_in_time_is_ended_and_counted()
    {
        Script script = Script.Silent();
        (IActorRef listener, NetAddress address) =
            await ListenAsync(HandlerSource.PerConnection(script.Props), new ListenerOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) });
        RawClient[] clients = [.. Enumerable.Range(0, 10).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            await script.Requests.NextAsync();
        }

        Assert.Equal(new Drained(10), await listener.Ask<Drained>(Drain.Instance, Eventually.Patience));
        Assert.All(clients, client =>
        {
            client.ReceiveEnd();
            client.Dispose();
        });

        // A socket counts until it is closed, and it lingers until its peer has closed too.
        while ((await listener.Ask<ListenerStats>(GetStats.Instance, Eventually.Patience)).Connections > 0)
        {
        }
    }

    [Fact]
    public async Task C11_A_second_shutdown_does_nothing()
    {
        Script script = new();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_patient);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.ReceiveFrame();
        client.Socket.Shutdown(SocketShutdown.Send);
        Task<Drained>[] drains = [.. Enumerable.Range(0, 3).Select(_ => listener.Ask<Drained>(Drain.Instance, Eventually.Patience))];
        Assert.All(await Task.WhenAll(drains), drained => Assert.Equal(0, drained.Unfinished));
        Assert.Equal(new Drained(0), await listener.Ask<Drained>(Drain.Instance, Eventually.Patience));
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);

        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(Sys);
        Task first = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        await Task.WhenAll(first, shutdown.Run(CoordinatedShutdown.UnknownReason.Instance), Sys.Terminate()).InTime();
        await Sys.Terminate().InTime();
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
        Assert.Single(script.Events.Rest(), what => what.What == "disconnected");
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("terminate without listener")]
    [InlineData("drain")]
    public async Task A_socket_that_lingers_is_waited_for_until_its_peer_has_closed_too(string how)
    {
        byte[] answer = RawClient.RandomBytes(4 * 1024 * 1024);
        Script script = Script.Silent();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_lingering);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        request.Reply(answer);
        await SettleAsync(request.Connection.Actor);
        Sys.Stop(how == "terminate without listener" ? listener : request.Connection.Actor);
        await closes.NextAsync();

        // Its connection has ended, and most of the answer is still to be sent.
        Task ended = how == "drain" ? listener.Ask<Drained>(Drain.Instance, Eventually.Patience) : Sys.Terminate();
        await Eventually.TrueAsync(() => IsRefused(address));
        client.Send(new byte[5000]);
        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        Assert.True(client.ReceiveEnd());
        Assert.False(ended.IsCompleted);
        client.Dispose();
        await ended.InTime();
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("drain")]
    public async Task A_peer_that_does_not_close_is_waited_for_only_so_long(string how)
    {
        Script script = new() { OnRequest = request => request.Connection.Close() };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (IActorRef listener, NetAddress address) =
            await ListenAsync(HandlerSource.PerConnection(script.Props), s_lingering with { DrainTimeout = TimeSpan.FromMilliseconds(500) });
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Assert.True(client.ReceiveEnd());
        await closes.NextAsync();
        if (how == "drain")
        {
            Assert.Equal(new Drained(0), await listener.Ask<Drained>(Drain.Instance, Eventually.Patience));
        }
        else
        {
            await Sys.Terminate().InTime();
        }
    }

    [Fact]
    public async Task Drained_means_that_the_address_is_free()
    {
        HandlerSource echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());
        (IActorRef listener, NetAddress address) = await ListenAsync(echo);
        for (int i = 0; i < 5; i++)
        {
            await listener.Ask<Drained>(Drain.Instance, Eventually.Patience);
            (listener, NetAddress again) = await ListenAsync(address.ToString(), echo);
            Assert.Equal(address, again);
        }
    }

    [Fact]
    public async Task Listeners_that_failed_or_ended_or_are_still_binding_do_not_hold_it_up()
    {
        HandlerSource echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());
        (IActorRef gone, NetAddress address) = await ListenAsync(echo);
        await StopAsync(gone);
        (_, NetAddress taken) = await ListenAsync(address.ToString(), echo);
        IActorRef failed = Sys.ActorOf(Listener.Props(taken, Codecs.LengthField(), echo));
        await Assert.ThrowsAsync<SocketOperationException>(() => failed.Ask<Bound>(GetBound.Instance, Eventually.Patience));
        Assert.Equal(new Drained(0), await failed.Ask<Drained>(Drain.Instance, Eventually.Patience));
        Sys.ActorOf(Listener.Props("tcp://localhost:0", Codecs.LengthField(), echo));
        await Sys.Terminate().InTime();
    }

    [Fact]
    public async Task A_phase_has_its_own_time_out_whatever_the_listener_allows()
    {
        // A system of its own, whose phase for requests is short, and a request that is never answered.
        ActorSystem system = ActorSystem.Create("impatient", ConfigurationFactory.ParseString("""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.coordinated-shutdown.phases.service-requests-done.timeout = 50 ms
            netpoll { pollers = 1, workers = 1 }
            """));
        Script script = Script.Silent();
        IActorRef listener = system.ActorOf(
            Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), HandlerSource.PerConnection(script.Props), s_patient));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        using RawClient client = RawClient.Connect(bound.Address);
        client.SendFrame([1]);
        await script.Requests.NextAsync();
        await system.Terminate().InTime();
        client.ReceiveEnd();
        Assert.Single(script.Events.Rest(), what => what is { What: "disconnected", Reason: CloseReason.Shutdown });
    }

    private static bool IsRefused(NetAddress address)
    {
        try
        {
            RawClient.Connect(address).Dispose();
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            // One that waits to be accepted when its listener closes is reset.
            return refused.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
