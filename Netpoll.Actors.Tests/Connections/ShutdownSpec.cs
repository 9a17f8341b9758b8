using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>The actor system ends while connections are open.</summary>
public abstract class ShutdownSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private static readonly ListenerOptions s_hasty = new() { DrainTimeout = TimeSpan.Zero };

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Every_handler_hears_of_it_once_and_every_peer_sees_the_end(HandlerScheduling scheduling)
    {
        const int Connections = 50;
        Script script = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        RawClient[] clients = [.. Enumerable.Range(0, Connections).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        Task ended = Sys.Terminate();
        foreach (RawClient client in clients)
        {
            Assert.True(client.ReceiveEnd());
            client.Dispose();
        }

        await ended.InTime();
        List<HandlerEvent> events = script.Events.Rest();
        Assert.Equal(Connections, events.Select(what => what.Connection).Where(connection => connection is not null).Distinct().Count());
        Assert.All(events.Where(what => what.Connection is not null).GroupBy(what => what.Connection), one =>
        {
            Assert.Equal(["connected", "request", "disconnected"], one.Select(what => what.What));
            Assert.Equal((CloseReason.Shutdown, null), (one.Last().Reason, one.Last().Error));
            Assert.False(one.Key!.IsActive);
        });
        Assert.Equal(Connections, events.Count(what => what.What == "stopped"));
    }

    [Fact]
    public async Task Requests_in_flight_do_not_hold_it_up_for_longer_than_draining_may_take()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_hasty);
        using RawClient client = RawClient.Connect(address);
        for (byte i = 0; i < 10; i++)
        {
            client.SendFrame([i]);
        }

        List<Request> requests = await script.Requests.NextAsync(10);
        await Sys.Terminate().InTime();
        client.ReceiveEnd();

        // Answers that come after everything has ended are nobody's, and nobody complains.
        requests.ForEach(request => request.Reply([1]));
        Assert.Single(script.Events.Rest(), what => what.What == "disconnected");
    }

    [Fact]
    public async Task A_peer_that_does_not_take_its_answers_does_not_hold_it_up()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_hasty);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        request.Reply(new byte[16 * 1024 * 1024]);
        request.Connection.Close();
        await SettleAsync(request.Connection.Actor);
        await Sys.Terminate().InTime();
        Assert.Single(script.Events.Rest(), what => what.What == "disconnected");
    }

    [Fact]
    public async Task Peers_that_connect_and_send_meanwhile_do_not_hold_it_up()
    {
        Script script = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        bool stop = false;
        Task[] peers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                try
                {
                    using RawClient client = RawClient.Connect(address);
                    client.SendFrame([1]);
                    client.ReceiveFrame();
                }
                catch (Exception ended) when (ended is System.Net.Sockets.SocketException or EndOfStreamException)
                {
                    // The server is on its way out.
                }
            }
        }))];
        await Eventually.TrueAsync(() => script.Requests.Count > 20);
        await Sys.Terminate().InTime();
        Volatile.Write(ref stop, true);
        await Task.WhenAll(peers).InTime();

        List<HandlerEvent> events = script.Events.Rest();
        Assert.All(events.Where(what => what.Connection is not null).GroupBy(what => what.Connection), one =>
        {
            Assert.Equal("connected", one.First().What);
            Assert.Single(one, what => what.What == "disconnected");
            Assert.Equal("disconnected", one.Last().What);
        });
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class ShutdownOnEpollSpec(ITestOutputHelper output) : ShutdownSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class ShutdownOnUringSpec(ITestOutputHelper output) : ShutdownSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class ShutdownOnPollSpec(ITestOutputHelper output) : ShutdownSpec(output, "poll");
