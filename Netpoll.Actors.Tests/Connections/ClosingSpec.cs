using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What still arrives when one side closes.</summary>
public abstract class ClosingSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller {{ throughput = 2, max-work-items-per-round = 1, backend = {backend} }}")
{
    private static readonly ListenerOptions s_smallBuffers = new()
    {
        Socket = new SocketOptions { SendBufferBytes = 16 * 1024, ReceiveBufferBytes = 16 * 1024 },
    };

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_peer_that_closed_its_sending_side_gets_all_answers(HandlerScheduling scheduling)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>(), scheduling));
        using RawClient client = RawClient.Connect(address);
        byte[][] payloads = [.. Enumerable.Range(0, 50).Select(i => RawClient.RandomBytes(i * 200, seed: i))];
        client.Send(payloads.SelectMany(payload => RawClient.Frame(payload)).ToArray());
        client.Socket.Shutdown(SocketShutdown.Send);

        Assert.All(payloads, payload => Assert.Equal(payload, client.ReceiveFrame()));
        Assert.True(client.ReceiveEnd());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.PeerClosed, null), (closed.Reason, closed.Error));
    }

    [Fact]
    public async Task Answers_that_come_long_after_the_peer_closed_its_sending_side_arrive()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient client = RawClient.Connect(address);
        for (byte i = 0; i < 10; i++)
        {
            client.SendFrame([i]);
        }

        client.Socket.Shutdown(SocketShutdown.Send);
        List<Request> requests = await script.Requests.NextAsync(10);
        await SettleAsync(requests[0].Connection.Actor);
        for (byte i = 0; i < 10; i++)
        {
            requests[i].Reply([i, i]);
            Assert.Equal([i, i], client.ReceiveFrame());
        }

        Assert.True(client.ReceiveEnd());
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Whoever_sends_and_closes_at_once_has_every_request_delivered(HandlerScheduling scheduling)
    {
        Script script = new() { OnRequest = request => request.Complete() };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        byte[] frames = [.. Enumerable.Range(0, 100).SelectMany(i => RawClient.Frame(new byte[i * 10]))];
        for (int i = 0; i < 50; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.Send(frames);
        }

        List<ConnectionClosed> ends = await closes.NextAsync(50);
        Assert.All(ends, end => Assert.Equal(CloseReason.PeerClosed, end.Reason));
        await Eventually.TrueAsync(() => script.Requests.Count >= 50 * 100, () => $"{script.Requests.Count} requests came");
        Assert.Equal(50 * 100, script.Requests.Count);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Requests_are_delivered_also_when_their_answers_hit_a_closed_socket(HandlerScheduling scheduling)
    {
        Script script = new();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        byte[] frames = [.. Enumerable.Range(0, 20).SelectMany(i => RawClient.Frame(new byte[100]))];
        for (int i = 0; i < 50; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.Send(frames);
        }

        await closes.NextAsync(50);
        await Eventually.TrueAsync(() => script.Requests.Count >= 50 * 20, () => $"{script.Requests.Count} requests came");
        Assert.Equal(50 * 20, script.Requests.Count);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Close_sends_what_was_answered_before(HandlerScheduling scheduling)
    {
        byte[] answer = RawClient.RandomBytes(4 * 1024 * 1024);
        Script script = new()
        {
            OnRequest = request =>
            {
                request.Reply(answer);
                request.Connection.Close();
            },
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling), s_smallBuffers);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);

        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        Assert.True(client.ReceiveEnd());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.LocalClose, null), (closed.Reason, closed.Error));
    }

    [Fact]
    public async Task Abort_discards_what_is_unsent()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_smallBuffers);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        request.Reply(new byte[16 * 1024 * 1024]);
        request.Connection.Abort();

        Assert.False(client.ReceiveEnd());
        Assert.False(request.Connection.IsActive);
    }

    [Fact]
    public async Task A_peer_that_never_takes_the_last_bytes_is_waited_for_only_so_long()
    {
        Script script = new()
        {
            OnRequest = request =>
            {
                request.Reply(new byte[16 * 1024 * 1024]);
                request.Connection.Close();
            },
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), s_smallBuffers with { LingerTimeout = TimeSpan.FromMilliseconds(50) });
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);

        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.LocalClose, closed.Reason);
        Assert.IsType<TimeoutException>(closed.Error);
    }

    [Fact]
    public async Task Close_is_not_held_up_by_requests_that_nobody_answers()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        request.Connection.Close();
        Assert.True(client.ReceiveEnd());
    }

    [Fact]
    public async Task An_answer_that_comes_between_Close_and_the_end_does_not_make_it_linger()
    {
        Script script = Script.Silent();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.SendFrame([2]);
        List<Request> requests = await script.Requests.NextAsync(2);

        // While the loops stand still the mailbox gets all three, and with two messages a round the last comes after the first has been sent.
        using (await HoldLoopsAsync())
        {
            requests[0].Reply([1]);
            requests[0].Connection.Close();
            requests[1].Reply([2]);
        }

        Assert.Equal([1], client.ReceiveFrame());
        client.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.LocalClose, null), (closed.Reason, closed.Error));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Input_that_nobody_reads_does_not_take_the_last_answers_away(HandlerScheduling scheduling)
    {
        byte[] answer = RawClient.RandomBytes(300_000);
        Script script = new()
        {
            OnRequest = request =>
            {
                request.Reply(answer);
                request.Connection.Close();
            },
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        for (int i = 0; i < 20; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            await closes.NextAsync();

            // The connection has ended, and its socket gets what it does not want: an ordinary close would answer with a reset.
            client.Send(new byte[5000]);
            Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
            Assert.True(client.ReceiveEnd());
        }
    }

    [Fact]
    public async Task A_stopped_listener_sends_what_was_answered_before()
    {
        byte[] answer = RawClient.RandomBytes(4 * 1024 * 1024);
        Script script = Script.Silent();
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props), s_smallBuffers);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await script.Requests.NextAsync();
        request.Reply(answer);
        await SettleAsync(request.Connection.Actor);
        await StopAsync(listener);
        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        Assert.True(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_closed_socket_does_not_linger_for_ever()
    {
        Script script = new() { OnRequest = request => request.Connection.Close() };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), new ListenerOptions { LingerTimeout = TimeSpan.FromMilliseconds(50) });
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Assert.True(client.ReceiveEnd());

        // The peer does not close. Once the socket is gone its kernel says so.
        await Eventually.TrueAsync(() =>
        {
            try
            {
                return client.Socket.Send([1]) == 0;
            }
            catch (SocketException)
            {
                return true;
            }
        });
    }

    [Fact]
    public async Task A_half_closed_peer_whose_requests_are_never_answered_is_waited_for_only_so_long()
    {
        Script script = Script.Silent();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), new ListenerOptions { HalfCloseTimeout = TimeSpan.FromMilliseconds(50) });
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.SendFrame([2]);
        (await script.Requests.NextAsync()).Reply([7]);
        Assert.Equal([7], client.ReceiveFrame());
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.True(client.ReceiveEnd());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.PeerClosed, closed.Reason);
        Assert.IsType<TimeoutException>(closed.Error);
        HandlerEvent heard = (await script.Events.NextAsync(4))[3];
        Assert.Equal((closed.Reason, closed.Error), (heard.Reason, heard.Error));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_side_that_closes_its_output_still_receives(HandlerScheduling scheduling)
    {
        Script script = new()
        {
            OnRequest = request =>
            {
                request.Reply(request.Payload);
                request.Connection.CloseOutput();
            },
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.True(client.ReceiveEnd());
        client.SendFrame([2]);
        client.SendFrame([3]);
        await script.Requests.NextAsync(3);
        client.Dispose();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.PeerClosed, null), (closed.Reason, closed.Error));
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class ClosingOnEpollSpec(ITestOutputHelper output) : ClosingSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class ClosingOnUringSpec(ITestOutputHelper output) : ClosingSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class ClosingOnPollSpec(ITestOutputHelper output) : ClosingSpec(output, "poll");
