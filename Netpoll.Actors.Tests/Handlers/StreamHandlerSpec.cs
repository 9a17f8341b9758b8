using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Handlers;

/// <summary>Raw bytes in a buffer, and answers in another.</summary>
[Collection(Alone.Name)]
public sealed class StreamHandlerSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Recorder<string> _events = new();
    private long _mostUnread;
    private bool _isToldToLookAgain;

    private delegate void Receive(ConnectionRef connection, LinkBuffer input, LinkBuffer output);

    [Theory]
    [InlineData(1, HandlerScheduling.Bounded)]
    [InlineData(4096, HandlerScheduling.Serial)]
    [InlineData(100_000, HandlerScheduling.Bounded)]
    [InlineData(8 * 1024 * 1024, HandlerScheduling.Serial)]
    [InlineData(8 * 1024 * 1024, HandlerScheduling.Bounded)]
    public async Task Everything_comes_back_also_what_was_sent_before_the_peer_closed_its_side(int bytes, HandlerScheduling scheduling)
    {
        long before = BlocksOut.Now();
        NetAddress address = await ServeAsync(Echo, scheduling);
        byte[] sent = RawClient.RandomBytes(bytes);
        using (RawClient client = RawClient.Connect(address))
        {
            Task sending = Task.Run(() =>
            {
                client.Send(sent);
                client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            });
            Assert.True(client.ReceiveExactly(bytes).AsSpan().SequenceEqual(sent));
            await sending.InTime();
            Assert.True(client.ReceiveEnd());
        }

        Assert.Equal("PeerClosed with 0 unread", await _events.NextAsync());
        if (TestBackend.DefaultName != "io-uring")
        {
            await Eventually.Holds(() => BlocksOut.Now() <= before, "all blocks came back");
        }
    }

    [Fact]
    public async Task What_is_not_consumed_stays_and_the_rest_is_asked_for_again_while_there_is_progress()
    {
        // A line at a time, with as many bytes before it as it has.
        NetAddress address = await ServeAsync((_, input, output) =>
        {
            if (input.TryUntil((byte)'\n', out ReadOnlySpan<byte> line))
            {
                output.WriteByte((byte)line.Length);
                output.WriteBinary(line);
            }
        });
        using RawClient client = RawClient.Connect(address);
        client.Send("ab\ncde\n\nf"u8);
        Assert.Equal("\u0003ab\n\u0004cde\n\u0001\n"u8.ToArray(), client.ReceiveExactly(11));
        client.Send("g\nrest"u8);
        Assert.Equal("\u0003fg\n"u8.ToArray(), client.ReceiveExactly(4));
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.True(client.ReceiveEnd());
        Assert.Equal("PeerClosed with 4 unread", await _events.NextAsync());
    }

    [Fact]
    public async Task A_handler_that_consumes_nothing_holds_its_peer_back_until_it_does()
    {
        const int Bytes = 32 * 1024 * 1024;
        bool mayConsume = false;
        TaskCompletionSource<IActorRef> full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long consumed = 0;
        NetAddress address = await ServeAsync((connection, input, _) =>
        {
            if (mayConsume)
            {
                consumed += input.Length;
                input.Skip(input.Length);
            }
            else if (input.Length >= 64 * 1024)
            {
                full.TrySetResult(connection.Actor);
            }
        });
        using RawClient client = RawClient.Connect(address);
        Task sending = Task.Run(() =>
        {
            client.Send(new byte[Bytes]);
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        });
        IActorRef connection = await full.Task.InTime();
        await SettleAsync(connection);

        // What was in flight when it was full still came.
        Assert.False(sending.IsCompleted);
        Assert.InRange(Volatile.Read(ref _mostUnread), 64 * 1024, Bytes / 2);
        mayConsume = true;
        (await Sys.ActorSelection(connection.Path / "handler").ResolveOne(Eventually.Patience)).Tell("go on");
        await sending.InTime();
        Assert.Equal("PeerClosed with 0 unread", await _events.NextAsync());
        Assert.Equal(Bytes, consumed);
    }

    [Fact]
    public async Task A_handler_that_takes_the_place_of_one_that_held_its_peer_back_does_not()
    {
        bool isFirst = true;
        TaskCompletionSource<IActorRef> full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetAddress address = await ServeAsync(
            (connection, input, _) =>
            {
                if (!isFirst)
                {
                    input.Skip(input.Length);
                }
                else if (_isToldToLookAgain)
                {
                    // Not in a request: its connection would end for want of an answer.
                    isFirst = false;
                    throw new NotSupportedException("too much");
                }
                else if (input.Length >= 64 * 1024)
                {
                    full.TrySetResult(connection.Actor);
                }
            },
            HandlerScheduling.Serial,
            new OneForOneStrategy(_ => Directive.Restart));
        using RawClient client = RawClient.Connect(address);
        Task sending = Task.Run(() =>
        {
            client.Send(new byte[32 * 1024 * 1024]);
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        });
        IActorRef connection = await full.Task.InTime();
        (await Sys.ActorSelection(connection.Path / "handler").ResolveOne(Eventually.Patience)).Tell("look again");
        await sending.InTime();
        Assert.Equal("PeerClosed with 0 unread", await _events.NextAsync());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_not_read_either_and_loses_nothing()
    {
        NetAddress address = await ServeAsync(Echo);
        byte[] sent = RawClient.RandomBytes(32 * 1024 * 1024);
        using RawClient client = RawClient.Connect(address);
        Task sending = Task.Run(() => client.Send(sent));
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(50)));
        Assert.True(client.ReceiveExactly(sent.Length).AsSpan().SequenceEqual(sent));
        await sending.InTime();
    }

    [Fact]
    public async Task An_exception_closes_the_connection_after_what_was_answered_before()
    {
        NetAddress address = await ServeAsync((connection, input, output) =>
        {
            if (input.ReadByte() == 0)
            {
                throw new NotSupportedException("not a zero");
            }

            output.WriteByte(1);
        });
        using RawClient client = RawClient.Connect(address);
        client.Send([1]);
        Assert.Equal([1], client.ReceiveExactly(1));
        client.Send([0, 1]);
        Assert.True(client.ReceiveEnd());
        Assert.Equal("HandlerFaulted with 1 unread", await _events.NextAsync());
    }

    [Fact]
    public async Task A_close_sends_what_was_written_before_it()
    {
        NetAddress address = await ServeAsync((connection, input, output) =>
        {
            input.Skip(input.Length);
            output.WriteBinary(new byte[100_000]);
            connection.Close();
        });
        using RawClient client = RawClient.Connect(address);
        client.Send([1]);
        Assert.True(client.ReceiveEnd());
        Assert.Equal("LocalClose with 0 unread", await _events.NextAsync());
    }

    private static void Echo(ConnectionRef connection, LinkBuffer input, LinkBuffer output)
    {
        using BufferSlice all = input.Slice((int)input.Length);
        output.Append(all);
    }

    private async Task<NetAddress> ServeAsync(
        Receive receive, HandlerScheduling scheduling = HandlerScheduling.Bounded, SupervisorStrategy? strategy = null)
    {
        Props props = Props.CreateBy(new Producer<Handler>(() => new Handler(this, receive)));
        (_, NetAddress address) = await ListenAsync(
            "tcp://127.0.0.1:0",
            HandlerSource.PerConnection(props, scheduling, strategy),
            new ListenerOptions { MaxInFlightPerConnection = 4, OutputHighWaterBytes = 100_000 },
            Codecs.Raw());
        return address;
    }

    private sealed class Handler(StreamHandlerSpec spec, Receive receive) : StreamHandler
    {
        protected override long MaxUnreadBytes => 64 * 1024;

        protected override void OnReceived(ConnectionRef connection, LinkBuffer input, LinkBuffer output)
        {
            Volatile.Write(ref spec._mostUnread, Math.Max(spec._mostUnread, input.Length));
            receive(connection, input, output);
        }

        protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) =>
            spec._events.Add($"{reason} with {Unread.Length} unread");

        protected override void OnMessage(object message)
        {
            spec._isToldToLookAgain = true;
            ConsumeUnread();
        }
    }
}
