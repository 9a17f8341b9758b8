using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>More requests than handlers can take, and connections that are told to read no more.</summary>
public sealed class OverloadSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _script = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Paused_requests_wait_for_room_and_none_is_lost(int capacity)
    {
        int inside = 0;
        int most = 0;
        _script.OnRequest = request =>
        {
            int now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            request.Reply(request.Payload);
            Interlocked.Decrement(ref inside);
        };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.SharedPool(_script.Props, 2), new ListenerOptions { MaxQueuedRequests = capacity });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using RawClient client = RawClient.Connect(address);
            client.Send(Enumerable.Range(0, 200).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal([(byte)i], client.ReceiveFrame());
            }
        }))).InTime();
        Assert.InRange(most, 1, capacity);
    }

    [Fact]
    public async Task A_waiting_connection_that_ends_does_not_keep_the_others_waiting()
    {
        using Gate gate = new();
        _script.OnRequest = request =>
        {
            gate.Wait();
            request.Reply(request.Payload);
        };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.SharedPool(_script.Props, 1), new ListenerOptions { MaxQueuedRequests = 1 });
        using RawClient first = RawClient.Connect(address);
        first.SendFrame([1]);
        await _script.Requests.NextAsync();
        RawClient[] waiting = [.. Enumerable.Range(0, 4).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in waiting)
        {
            client.SendFrame([2]);
        }

        waiting[0].Reset();
        waiting[1].Dispose();
        gate.Open();
        Assert.Equal([1], first.ReceiveFrame());
        Assert.Equal([2], waiting[2].ReceiveFrame());
        Assert.Equal([2], waiting[3].ReceiveFrame());
        first.SendFrame([3]);
        Assert.Equal([3], first.ReceiveFrame());
        Array.ForEach(waiting, client => client.Dispose());
    }

    [Fact]
    public async Task Shed_requests_are_answered_in_their_place_with_a_failure_and_counted()
    {
        using Gate gate = new();
        _script.OnRequest = request =>
        {
            gate.Wait();
            request.Reply(request.Payload);
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props), new ListenerOptions
        {
            MaxQueuedRequests = 2,
            WhenOverloaded = OverloadPolicy.Shed,
            FailureReply = failure => failure is OverloadedException ? "busy"u8.ToArray() : null,
        });
        using RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 5).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
        await Eventually.Holds(() => Sys.Netpoll().GetConnectionStatistics().ShedRequests == 3, "three requests were shed");
        gate.Open();
        Assert.Equal([0], client.ReceiveFrame());
        Assert.Equal([1], client.ReceiveFrame());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("busy"u8.ToArray(), client.ReceiveFrame());
        }

        client.SendFrame([9]);
        Assert.Equal([9], client.ReceiveFrame());
    }

    [Fact]
    public async Task Without_a_form_for_failures_a_shed_request_ends_its_connection()
    {
        using Gate gate = new();
        _script.OnRequest = request =>
        {
            gate.Wait();
            request.Reply(request.Payload);
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(_script.Props), new ListenerOptions { MaxQueuedRequests = 1, WhenOverloaded = OverloadPolicy.Shed });
        using RawClient served = RawClient.Connect(address);
        served.SendFrame([1]);
        await _script.Requests.NextAsync();
        using RawClient shed = RawClient.Connect(address);
        shed.SendFrame([2]);
        shed.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.Overloaded, closed.Reason);
        Assert.IsType<OverloadedException>(closed.Error);
        gate.Open();
        Assert.Equal([1], served.ReceiveFrame());
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_paused_connection_is_not_read_until_it_is_resumed(HandlerScheduling scheduling)
    {
        _script.OnRequest = request =>
        {
            request.Connection.PauseReading();
            request.Reply(request.Payload);
        };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(_script.Props, scheduling), new ListenerOptions { MaxInFlightPerConnection = 1 });
        using RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 5).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
        for (byte i = 0; i < 5; i++)
        {
            Assert.Equal([i], client.ReceiveFrame());
            ConnectionRef connection = (await _script.Requests.NextAsync()).Connection;
            await SettleAsync(connection.Actor);
            Assert.Equal(i + 1, _script.Requests.Count);
            connection.ResumeReading();
        }
    }

    [Fact]
    public async Task What_a_peer_sent_before_it_closed_is_there_when_reading_goes_on()
    {
        TaskCompletionSource<ConnectionRef> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.OnConnected = (_, connection) =>
        {
            connection.PauseReading();
            connected.SetResult(connection);
        };
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, HandlerScheduling.Serial));
        RawClient client = RawClient.Connect(address);
        ConnectionRef paused = await connected.Task.InTime();
        await SettleAsync(paused.Actor);
        client.SendFrame([1]);
        client.SendFrame([2]);
        client.Dispose();
        await SettleAsync(paused.Actor);
        Assert.Equal(0, _script.Requests.Count);
        Assert.Equal(0, closes.Count);
        paused.ResumeReading();
        await _script.Requests.NextAsync(2);
        await closes.NextAsync();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int now = Interlocked.CompareExchange(ref target, value, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }
}
