using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What a connection's time is limited for: each limit ends it with a reason of its own, and none ends it for another's.</summary>
public sealed class TimeLimitSpec(ITestOutputHelper output) : ScriptedSpec(output)
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    private static readonly ListenerOptions s_idle = new() { IdleTimeout = s_short };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_without_requests_ends_when_it_is_idle(bool asksBefore)
    {
        using RawClient client = asksBefore ? await ConnectAndAskAsync() : await ConnectAsync(s_idle);
        if (asksBefore)
        {
            client.ReceiveFrame();
        }

        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.IdleTimeout));
    }

    [Fact]
    public async Task A_request_in_flight_is_not_idle()
    {
        Script.OnRequest = _ => { };
        using RawClient client = await ConnectAndAskAsync();
        Request request = await Script.Requests.NextAsync();
        await Task.Delay(4 * s_short);
        Assert.True(request.Connection.IsActive);
        request.Reply([7]);
        Assert.Equal([7], client.ReceiveFrame());
        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.IdleTimeout));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task A_frame_that_is_begun_and_not_completed_ends_the_connection(int bytesOfIt)
    {
        using RawClient client = await ConnectAsync(new ListenerOptions { ReadTimeout = s_short });
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
        client.Send(RawClient.Frame(new byte[100]).AsSpan(0, bytesOfIt));
        Assert.True(client.ReceiveEnd());
        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.ReadTimeout));
    }

    [Fact]
    public async Task A_peer_that_sends_a_byte_now_and_then_does_not_get_round_the_read_timeout()
    {
        using RawClient client = await ConnectAsync(new ListenerOptions { ReadTimeout = s_short, IdleTimeout = Eventually.Patience });
        byte[] frame = RawClient.Frame(new byte[10_000]);
        int sent = 0;
        while (Closes.Count == 0 && sent < frame.Length)
        {
            try
            {
                client.Send(frame.AsSpan(sent++, 1));
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }

            await Task.Delay(5);
        }

        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.ReadTimeout));
    }

    [Fact]
    public async Task No_frame_begun_means_no_read_timeout()
    {
        using RawClient client = await ConnectAsync(new ListenerOptions { ReadTimeout = s_short });
        for (int i = 0; i < 3; i++)
        {
            await Task.Delay(2 * s_short);
            client.SendFrame([1]);
            Assert.Equal([1], client.ReceiveFrame());
        }
    }

    [Fact]
    public async Task Frames_that_are_not_read_for_a_while_are_not_late()
    {
        Script.OnRequest = _ => { };
        using RawClient client = await ConnectAsync(new ListenerOptions { ReadTimeout = s_short, MaxInFlightPerConnection = 1 });
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([2]), .. RawClient.Frame([3])]);
        for (byte i = 1; i <= 3; i++)
        {
            Request request = await Script.Requests.NextAsync();
            await Task.Delay(2 * s_short);
            request.Reply([i]);
            Assert.Equal([i], client.ReceiveFrame());
        }
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_reset()
    {
        Script.OnRequest = request => request.Reply(new byte[16 * 1024 * 1024]);
        using RawClient client = await ConnectAsync(new ListenerOptions
        {
            WriteTimeout = s_short,
            Socket = new SocketOptions { SendBufferBytes = 16 * 1024 },
        });
        client.SendFrame([1]);
        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.WriteTimeout));
        Assert.False(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_peer_that_takes_little_by_little_is_not_late()
    {
        byte[] answer = RawClient.RandomBytes(2 * 1024 * 1024);
        Script.OnRequest = request => request.Reply(answer);
        using RawClient client = await ConnectAsync(new ListenerOptions
        {
            WriteTimeout = Eventually.Patience,
            Socket = new SocketOptions { SendBufferBytes = 16 * 1024 },
        });
        client.SendFrame([1]);
        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        client.SendFrame([1]);
        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        Assert.Equal(0, Closes.Count);
    }

    [Fact]
    public async Task An_old_connection_ends_after_what_is_in_flight()
    {
        TaskCompletionSource<IActorRef> handler = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Script.OnConnected = (context, _) => handler.SetResult(context.Self);
        Script.OnRequest = _ => { };
        using RawClient client = await ConnectAsync(new ListenerOptions { MaxLifetime = s_short });
        client.SendFrame([1]);
        List<HandlerEvent> events = await Script.Events.NextAsync(1);
        await Eventually.Holds(() => !events[0].Connection!.IsActive, "the connection is too old");
        await SettleAsync(await handler.Task.InTime());
        if (Script.Requests.Count > 0)
        {
            (await Script.Requests.NextAsync()).Reply([1]);
            Assert.Equal([1], client.ReceiveFrame());
        }

        Assert.True(client.ReceiveEnd());
        Assert.Null(await EndAsync(CloseReason.LifetimeExpired));
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_where_they_are_given()
    {
        ListenerOptions[] senseless =
        [
            new() { IdleTimeout = TimeSpan.Zero }, new() { ReadTimeout = TimeSpan.Zero }, new() { WriteTimeout = -s_short },
            new() { HandshakeTimeout = TimeSpan.Zero }, new() { MaxLifetime = TimeSpan.Zero }, new() { HalfCloseTimeout = TimeSpan.Zero },
            new() { OutputLowWaterBytes = -1 }, new() { OutputHighWaterBytes = 10, OutputLowWaterBytes = 10 }, new() { MaxQueuedRequests = 0 },
        ];
        Assert.All(senseless, options => Assert.Throws<ArgumentOutOfRangeException>(
            () => Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), HandlerSource.PerConnection(Script.Props), options)));
    }

    // A request that comes too late finds the connection idle and closed: then it is made on another one.
    private async Task<RawClient> ConnectAndAskAsync()
    {
        while (true)
        {
            RawClient client = await ConnectAsync(s_idle);
            client.SendFrame([1]);
            await Eventually.Holds(() => Script.Requests.Count + Closes.Count > 0, "the request came or the connection ended");
            if (Script.Requests.Count > 0)
            {
                return client;
            }

            client.Dispose();
        }
    }
}
