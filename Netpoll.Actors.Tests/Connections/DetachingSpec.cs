using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Sockets that leave a connection open, and sockets that become one.</summary>
public abstract class DetachingSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private readonly Script _script = new();

    [Fact]
    public async Task C59_A_detached_socket_goes_on_in_other_hands()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.ReceiveFrame();
        ConnectionRef connection = (await _script.Requests.NextAsync()).Connection;
        Recorder<object> watcher = await WatchAsync(connection.Actor);
        using Detached detached = await connection.Actor.Ask<Detached>(Detach.Instance, Eventually.Patience);
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.Detached, null), (closed.Reason, closed.Error));
        Assert.IsType<Terminated>(await watcher.NextAsync());
        Assert.Equal(["connected", "request", "disconnected", "stopped"], (await _script.Events.NextAsync(4)).Select(what => what.What));

        using Socket socket = detached.TakeSocket().ToSocket();
        socket.Send([7, 8]);
        Assert.Equal([7, 8], client.ReceiveExactly(2));
        client.Send([9]);
        byte[] received = new byte[10];
        Assert.Equal(1, socket.Receive(received));
        Assert.Equal(9, received[0]);
        Assert.Throws<InvalidOperationException>(detached.TakeSocket);
    }

    [Fact]
    public async Task No_byte_on_its_way_is_lost()
    {
        byte[] answer = RawClient.RandomBytes(8 * 1024 * 1024);
        Script script = new() { OnRequest = request => request.Reply(answer) };
        (_, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), new ListenerOptions { Socket = new SocketOptions { SendBufferBytes = 16 * 1024 } });
        using RawClient client = RawClient.Connect(address);
        client.Send([.. RawClient.Frame([1]), 0, 0, 0, 5, 1, 2]);
        ConnectionRef connection = (await script.Requests.NextAsync()).Connection;
        byte[] begin = client.ReceiveExactly(1000);
        using Detached detached = await connection.Actor.Ask<Detached>(Detach.Instance, Eventually.Patience);
        Assert.Equal([0, 0, 0, 5, 1, 2], detached.Unread.ReadBinary((int)detached.Unread.Length));

        using Socket socket = detached.TakeSocket().ToSocket();
        byte[] unsent = detached.Unsent.ReadBinary((int)detached.Unsent.Length);
        Assert.NotEmpty(unsent);
        Task sending = Task.Run(() => socket.Send(unsent));
        byte[] rest = client.ReceiveExactly(answer.Length + 4 - begin.Length);
        await sending.InTime();
        Assert.True(RawClient.Frame(answer).AsSpan().SequenceEqual([.. begin, .. rest]));
    }

    [Fact]
    public async Task A_detached_socket_that_nobody_takes_is_closed()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        using RawClient client = RawClient.Connect(address);
        ConnectionRef connection = (await _script.Events.NextAsync()).Connection!;
        connection.Actor.Tell(Detach.Instance, ActorRefs.NoSender);
        Assert.True(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_connection_that_is_ending_is_not_detached()
    {
        Script script = Script.Silent();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.Socket.Shutdown(SocketShutdown.Send);
        Request request = await script.Requests.NextAsync();
        await Eventually.Holds(() => !request.Connection.IsActive, "the peer's close was seen");
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => request.Connection.Actor.Ask<Detached>(Detach.Instance, Eventually.Patience));
        request.Reply([2]);
        Assert.Equal([2], client.ReceiveFrame());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C74_A_connected_socket_is_served_as_if_it_had_been_accepted(bool isUnix)
    {
        (IActorRef listener, _) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        using TempDirectory directory = new();
        using Socket elsewhere = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        elsewhere.Bind(isUnix ? new UnixDomainSocketEndPoint(Path.Combine(directory.Path, "s")) : new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        elsewhere.Listen();
        using RawClient client = RawClient.Connect(NetAddress.FromEndPoint(elsewhere.LocalEndPoint!));
        Socket accepted = await elsewhere.AcceptAsync().InTime();

        Adopted adopted = await listener.Ask<Adopted>(new AdoptSocket(accepted), Eventually.Patience);
        client.SendFrame([1, 2]);
        Assert.Equal([1, 2], client.ReceiveFrame());
        Assert.Equal(adopted.Connection, (await _script.Requests.NextAsync()).Connection.Actor);
        adopted.Connection.Tell(Close.Instance);
        Assert.True(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_listener_that_does_not_listen_adopts_nothing()
    {
        (IActorRef listener, _) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        using Socket elsewhere = RawClient.Listen(out NetAddress address);
        using RawClient client = RawClient.Connect(address);
        Socket accepted = await elsewhere.AcceptAsync().InTime();
        await Assert.ThrowsAsync<InvalidOperationException>(() => listener.Ask<Adopted>(new AdoptSocket(accepted), Eventually.Patience));
        Assert.True(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_listener_that_has_ended_adopts_nothing_and_says_so_once()
    {
        (IActorRef listener, _) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        await StopAsync(listener);
        using Socket elsewhere = RawClient.Listen(out NetAddress address);
        using RawClient client = RawClient.Connect(address);
        Socket accepted = await elsewhere.AcceptAsync().InTime();
        Recorder<object> answers = new();
        IActorRef asker = Sys.ActorOf(Spy.Props(answers));
        listener.Tell(new AdoptSocket(accepted), asker);
        Assert.IsType<InvalidOperationException>(Assert.IsType<Status.Failure>(await answers.NextAsync()).Cause);
        Assert.True(client.ReceiveEnd());
        await SettleAsync(asker);
        Assert.Empty(answers.Rest());
    }

    [Fact]
    public async Task A_connection_that_is_stopped_before_it_has_its_socket_is_published_as_ended_once()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (IActorRef listener, NetAddress listening) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        using Socket elsewhere = RawClient.Listen(out NetAddress address);
        using RawClient client = RawClient.Connect(address);
        Socket accepted = await elsewhere.AcceptAsync().InTime();
        NetAddress remote = NetAddress.FromEndPoint(accepted.RemoteEndPoint!);
        Adopted adopted;
        using (await HoldLoopsAsync())
        {
            adopted = await listener.Ask<Adopted>(new AdoptSocket(accepted), Eventually.Patience);
            Sys.Stop(adopted.Connection);
        }

        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.Shutdown, null), (closed.Reason, closed.Error));
        Assert.Equal((adopted.Connection, remote, address), (closed.Connection.Actor, closed.Connection.RemoteAddress, closed.Connection.LocalAddress));
        Assert.False(closed.Connection.IsActive);
        Assert.True(client.ReceiveEnd());

        // One that comes after it: nothing came between, and no handler heard of it.
        using (RawClient next = RawClient.Connect(listening))
        {
            next.SendFrame([1]);
            next.ReceiveFrame();
        }

        Assert.NotEqual(adopted.Connection, (await closes.NextAsync()).Connection.Actor);
        Assert.Single(_script.Events.Rest(), what => what.What == "connected");
    }

    [Fact]
    public async Task A_connection_that_has_ended_has_no_socket_to_take_out_and_sends_nothing()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        using RawClient client = RawClient.Connect(address);
        IActorRef connection = (await _script.Events.NextAsync()).Connection!.Actor;
        await StopAsync(connection);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Ask<Detached>(Detach.Instance, Eventually.Patience));
        Send send = new([1], "sent");
        Assert.Same(send, (await connection.Ask<SendFailed>(send, Eventually.Patience)).Command);
    }

    [Fact]
    public async Task A_detached_socket_may_be_adopted_by_another_listener()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        (IActorRef other, _) = await ListenAsync("tcp://127.0.0.1:0", HandlerSource.PerConnection(Props.Create<EchoHandler>()), codec: Codecs.LengthField(2));
        using RawClient client = RawClient.Connect(address);
        ConnectionRef connection = (await _script.Events.NextAsync()).Connection!;
        using Detached detached = await connection.Actor.Ask<Detached>(Detach.Instance, Eventually.Patience);
        await other.Ask<Adopted>(new AdoptSocket(detached.TakeSocket().ToSocket()), Eventually.Patience);
        client.Send([0, 1, 42]);
        Assert.Equal([0, 1, 42], client.ReceiveExactly(3));
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class DetachingOnEpollSpec(ITestOutputHelper output) : DetachingSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>, which receives ahead.</summary>
public sealed class DetachingOnUringSpec(ITestOutputHelper output) : DetachingSpec(output, "io-uring");
