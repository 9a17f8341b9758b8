using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Frames that nobody asked for: sent to a connection, acknowledged if asked for, and held back by the peer that does not take them.</summary>
public sealed class SendingSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Big = 16 * 1024 * 1024;

    private static readonly ListenerOptions s_smallBuffers = new() { Socket = new SocketOptions { SendBufferBytes = 16 * 1024 } };

    private readonly Script _script = new();

    [Fact]
    public async Task Sent_frames_arrive_in_order_between_answers()
    {
        (RawClient client, ConnectionRef connection) = await ConnectAsync();
        LinkBuffer bytes = new();
        bytes.WriteBinary([4, 5]);
        bytes.Flush();
        connection.Send([1, 2, 3]);
        connection.Send(bytes.Slice(2));
        connection.Send([]);
        Assert.Equal([1, 2, 3], client.ReceiveFrame());
        Assert.Equal([4, 5], client.ReceiveFrame());
        Assert.Equal([], client.ReceiveFrame());
        client.SendFrame([9]);
        Assert.Equal([9], client.ReceiveFrame());
        client.Dispose();
        bytes.Dispose();
    }

    [Fact]
    public async Task An_acknowledgement_comes_once_the_kernel_has_the_frame_and_not_before()
    {
        (RawClient client, ConnectionRef connection) = await ConnectAsync(s_smallBuffers);
        Recorder<object> told = new();
        IActorRef sender = Sys.ActorOf(Spy.Props(told));
        connection.Actor.Tell(new Send([1], "small"), sender);
        Assert.Equal("small", await told.NextAsync());
        connection.Actor.Tell(new Send(new byte[Big], "big"), sender);
        connection.Actor.Tell(new Send([2]), sender);
        connection.Actor.Tell(new Send([3], "last"), sender);
        await SettleAsync(connection.Actor);
        Assert.Equal(1, told.Count);

        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal(Big, client.ReceiveFrame().Length);
        Assert.Equal(["big", "last"], await told.NextAsync(2));
        Assert.Equal([2], client.ReceiveFrame());
        Assert.Equal([3], client.ReceiveFrame());
        client.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_kernel_never_gets_is_told_as_failed(bool aborts)
    {
        (RawClient client, ConnectionRef connection) = await ConnectAsync(s_smallBuffers);
        Recorder<object> told = new();
        Send send = new(new byte[Big], "big");
        connection.Actor.Tell(send, Sys.ActorOf(Spy.Props(told)));
        client.ReceiveExactly(1000);
        if (aborts)
        {
            connection.Abort();
        }
        else
        {
            client.Reset();
        }

        Assert.Same(send, Assert.IsType<SendFailed>(await told.NextAsync()).Command);
        client.Dispose();
    }

    [Fact]
    public async Task A_frame_that_the_codec_cannot_say_fails_alone()
    {
        (RawClient client, ConnectionRef connection) = await ConnectAsync(codec: Codecs.LengthField(1));
        Recorder<object> told = new();
        IActorRef sender = Sys.ActorOf(Spy.Props(told));
        connection.Actor.Tell(new Send(new byte[256], "long"), sender);
        connection.Actor.Tell(new Send([7], "short"), sender);
        Assert.IsType<ArgumentOutOfRangeException>(Assert.IsType<SendFailed>(await told.NextAsync()).Error);
        Assert.Equal("short", await told.NextAsync());
        Assert.Equal([1, 7], client.ReceiveExactly(2));
        client.Dispose();
    }

    [Fact]
    public async Task After_the_output_is_closed_nothing_is_sent()
    {
        (RawClient client, ConnectionRef connection) = await ConnectAsync();
        Recorder<object> told = new();
        connection.Send([1]);
        connection.CloseOutput();
        connection.Actor.Tell(new Send([2], "late"), Sys.ActorOf(Spy.Props(told)));
        Assert.IsType<SendFailed>(await told.NextAsync());
        Assert.Equal([1], client.ReceiveFrame());
        Assert.True(client.ReceiveEnd());
        client.Dispose();
    }

    [Fact]
    public async Task A_handler_hears_when_the_peer_stops_taking_and_when_it_goes_on()
    {
        Recorder<bool> heard = new();
        _script.OnWritabilityChanged = (_, isWritable) => heard.Add(isWritable);
        (RawClient client, ConnectionRef connection) = await ConnectAsync(
            s_smallBuffers with { OutputHighWaterBytes = 100_000, OutputLowWaterBytes = 10_000 });
        connection.Send(new byte[50_000]);
        await SettleAsync(connection.Actor);
        Assert.True(connection.IsWritable);
        connection.Send(new byte[Big]);
        Assert.False(await heard.NextAsync());
        Assert.False(connection.IsWritable);

        client.ReceiveFrame();
        client.ReceiveFrame();
        Assert.True(await heard.NextAsync());
        Assert.True(connection.IsWritable);
        Assert.Empty(heard.Rest());
        client.Dispose();
    }

    private async Task<(RawClient Client, ConnectionRef Connection)> ConnectAsync(ListenerOptions? options = null, IFrameCodec? codec = null)
    {
        (_, NetAddress address) = await ListenAsync("tcp://127.0.0.1:0", HandlerSource.PerConnection(_script.Props), options, codec);
        RawClient client = RawClient.Connect(address);
        return (client, (await _script.Events.NextAsync()).Connection!);
    }
}
