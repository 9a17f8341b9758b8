using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>A peer that asks faster than it is answered, or than it reads: it is read no more, and goes on where it was.</summary>
public abstract class BackPressureSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task No_more_requests_are_in_flight_than_allowed(HandlerScheduling scheduling)
    {
        const int Limit = 3;
        IActorRef? handler = null;
        Script script = Script.Silent();
        script.OnConnected = (context, _) => handler = context.Self;
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props, scheduling), new ListenerOptions { MaxInFlightPerConnection = Limit });
        using RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 10).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());

        List<Request> requests = await script.Requests.NextAsync(Limit);
        for (int answered = 0; answered < 10; answered++)
        {
            await SettleAsync(requests[0].Connection.Actor, handler!);
            Assert.Equal(Math.Min(answered + Limit, 10), script.Requests.Count);
            requests[answered].Reply([(byte)answered]);
            Assert.Equal([(byte)answered], client.ReceiveFrame());
            if (requests.Count < 10)
            {
                requests.Add(await script.Requests.NextAsync());
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_low_limit_loses_nothing(int limit)
    {
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(Props.Create<EchoHandler>()), new ListenerOptions { MaxInFlightPerConnection = limit });
        using RawClient client = RawClient.Connect(address);
        byte[][] payloads = [.. Enumerable.Range(0, 500).Select(i => RawClient.RandomBytes(i, seed: i))];
        Task send = Task.Run(() => client.Send(payloads.SelectMany(payload => RawClient.Frame(payload)).ToArray()));
        Assert.All(payloads, payload => Assert.Equal(payload, client.ReceiveFrame()));
        await send;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1024)]
    [InlineData(2, 1)]
    [InlineData(256, 1)]
    public async Task Answers_above_the_high_water_mark_stop_nothing_for_ever(int maxInFlight, long highWaterBytes)
    {
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(Props.Create<EchoHandler>()),
            new ListenerOptions { MaxInFlightPerConnection = maxInFlight, OutputHighWaterBytes = highWaterBytes });
        using RawClient client = RawClient.Connect(address);
        byte[] payload = RawClient.RandomBytes(2000);
        client.Send(Enumerable.Range(0, 20).SelectMany(_ => RawClient.Frame(payload)).ToArray());
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(payload, client.ReceiveFrame());
        }
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_peer_that_does_not_read_is_not_read_and_loses_nothing_when_it_does(HandlerScheduling scheduling)
    {
        const int FrameBytes = 8 * 1024;
        const int MaxFrames = 4096;
        Script script = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling), new ListenerOptions
        {
            OutputHighWaterBytes = 256 * 1024,
            MaxInFlightPerConnection = 16,
            Socket = new SocketOptions { SendBufferBytes = 64 * 1024, ReceiveBufferBytes = 64 * 1024 },
        });
        using RawClient client = RawClient.Connect(address);
        client.Socket.SendBufferSize = 64 * 1024;
        client.Socket.ReceiveBufferSize = 64 * 1024;

        // 32 MiB, if it were read: the kernel's four buffers, the server's high-water mark and what is in flight hold far less.
        int sent = 0;
        while (sent < MaxFrames && client.Socket.Poll(TimeSpan.FromMilliseconds(500), System.Net.Sockets.SelectMode.SelectWrite))
        {
            client.Socket.Blocking = false;
            byte[] frame = RawClient.Frame(RawClient.RandomBytes(FrameBytes, seed: sent));
            int already = Math.Max(0, TrySend(client, frame));
            client.Socket.Blocking = true;
            if (already > 0)
            {
                // The rest of a frame that was begun goes out on the side, while the answers are taken.
                sent++;
                if (already < frame.Length)
                {
                    await AssertStalledAsync(client, frame.AsMemory(already), sent, script);
                    return;
                }
            }
        }

        Assert.True(sent < MaxFrames, "The server went on reading though its answers were not taken.");
        await AssertStalledAsync(client, default, sent, script);
    }

    [Fact]
    public async Task One_peer_that_does_not_read_holds_up_nobody_else()
    {
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(Props.Create<EchoHandler>()), new ListenerOptions { OutputHighWaterBytes = 1024 });
        List<RawClient> deaf = [];
        for (int i = 0; i < 4; i++)
        {
            RawClient client = RawClient.Connect(address);
            client.Socket.Blocking = false;
            while (TrySend(client, RawClient.Frame(new byte[60_000])) > 0 && client.Socket.Available < 100_000)
            {
            }

            deaf.Add(client);
        }

        for (int i = 0; i < 4; i++)
        {
            using RawClient other = RawClient.Connect(address);
            other.SendFrame([7]);
            Assert.Equal([7], other.ReceiveFrame());
        }

        deaf.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_peer_that_resets_while_it_is_not_read_is_noticed()
    {
        Script script = Script.Silent();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), new ListenerOptions { MaxInFlightPerConnection = 1 });
        RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 3).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
        Request request = await script.Requests.NextAsync();
        client.Reset();

        // What had come before is delivered one after the other, and then the end is found.
        request.Reply([1]);
        (await script.Requests.NextAsync()).Reply([1]);
        (await script.Requests.NextAsync()).Reply([1]);
        Assert.Equal(CloseReason.PeerReset, (await closes.NextAsync()).Reason);
    }

    private static int TrySend(RawClient client, byte[] bytes)
    {
        int sent = client.Socket.Send(bytes, System.Net.Sockets.SocketFlags.None, out System.Net.Sockets.SocketError error);
        return error == System.Net.Sockets.SocketError.Success ? sent : -1;
    }

    private static async Task AssertStalledAsync(RawClient client, ReadOnlyMemory<byte> rest, int sent, Script script)
    {
        Assert.InRange(sent, 1, 2048);
        Assert.True(script.Requests.Count <= sent);
        Task sending = Task.Run(() => client.Send(rest.Span));
        for (int i = 0; i < sent; i++)
        {
            Assert.True(RawClient.RandomBytes(8 * 1024, seed: i).AsSpan().SequenceEqual(client.ReceiveFrame()), $"answer {i}");
        }

        await sending;
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class BackPressureOnEpollSpec(ITestOutputHelper output) : BackPressureSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class BackPressureOnUringSpec(ITestOutputHelper output) : BackPressureSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class BackPressureOnPollSpec(ITestOutputHelper output) : BackPressureSpec(output, "poll");
