using System.Net;
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

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>Binding, accepting, unbinding; and what is said when it cannot be.</summary>
public sealed class ListenerSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly HandlerSource s_echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());

    [Theory]
    [InlineData("tcp://127.0.0.1:0", "127.0.0.1")]
    [InlineData("tcp://localhost:0", null)]
    public async Task It_listens_on_a_port_of_the_kernels_choice(string address, string? host)
    {
        (_, NetAddress first) = await ListenAsync(address, s_echo);
        (_, NetAddress second) = await ListenAsync(address, s_echo);
        Assert.NotEqual(first.Port, second.Port);
        Assert.InRange(first.Port, 1, 65_535);
        Assert.True(host is null || first.Host == host);
        Echo(first);
        Echo(second);
    }

    [SkippableFact]
    public async Task It_listens_on_ipv6()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "The machine has no IPv6.");
        (_, NetAddress address) = await ListenAsync("tcp://[::1]:0", s_echo);
        Assert.Equal("::1", address.Host);
        Assert.StartsWith("tcp://[::1]:", address.ToString(), StringComparison.Ordinal);
        Echo(address);
    }

    [Fact]
    public async Task It_listens_on_a_unix_socket_and_removes_its_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"netpoll-{Guid.NewGuid():N}");
        (IActorRef listener, NetAddress address) = await ListenAsync($"unix://{path}", s_echo);
        Assert.Equal(NetAddress.Unix(path), address);
        Assert.True(File.Exists(path));
        Echo(address);
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        Assert.False(File.Exists(path));

        (listener, _) = await ListenAsync($"unix://{path}", s_echo);
        Echo(address);
        await StopAsync(listener);
        await Eventually.TrueAsync(() => !File.Exists(path));
    }

    [Fact]
    public async Task It_takes_over_the_file_of_a_unix_socket_that_died_but_no_other_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"netpoll-{Guid.NewGuid():N}");
        using (Socket died = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Linked elsewhere, so that closing it does not take the file away.
            died.Bind(new UnixDomainSocketEndPoint(path + "-"));
            File.Move(path + "-", path);
        }

        (IActorRef listener, NetAddress address) = await ListenAsync($"unix://{path}", s_echo);
        Echo(address);
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);

        await File.WriteAllTextAsync(path, "precious");
        await AssertCannotListenAsync(Sys.ActorOf(Listener.Props($"unix://{path}", Codecs.LengthField(), s_echo)), path);
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        File.Delete(path);
    }

    [Fact]
    public async Task It_listens_on_an_abstract_name()
    {
        string name = $"unix://@netpoll-{Guid.NewGuid():N}";
        (IActorRef listener, NetAddress address) = await ListenAsync(name, s_echo);
        Assert.Equal(name, address.ToString());
        Echo(address);
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        (_, address) = await ListenAsync(name, s_echo);
        Echo(address);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("unix")]
    [InlineData("abstract")]
    public async Task An_address_in_use_is_said_to_everybody_who_asks(string kind)
    {
        string free = kind switch
        {
            "tcp" => "tcp://127.0.0.1:0",
            "unix" => $"unix://{Path.GetTempPath()}netpoll-{Guid.NewGuid():N}",
            _ => $"unix://@netpoll-{Guid.NewGuid():N}",
        };
        (_, NetAddress address) = await ListenAsync(free, s_echo);
        IActorRef second = Sys.ActorOf(Listener.Props(address, Codecs.LengthField(), s_echo));
        SocketOperationException failure = await AssertCannotListenAsync(second, address.ToString());
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);

        // The first one does not mind, and the second can be unbound though it never was bound.
        Echo(address);
        await second.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        await AssertCannotListenAsync(second, address.ToString());
    }

    [Theory]
    [InlineData("tcp://192.0.2.1:0")]
    [InlineData("tcp://no-such-host.invalid:0")]
    [InlineData("unix:///no/such/directory/socket")]
    public async Task An_address_that_is_not_this_machines_is_said(string address) =>
        await AssertCannotListenAsync(Sys.ActorOf(Listener.Props(address, Codecs.LengthField(), s_echo)), address);

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:7000")]
    [InlineData("http://127.0.0.1:7000")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:65536")]
    [InlineData("tcp://127.0.0.1:-1")]
    [InlineData("tcp://:1")]
    [InlineData("tcp://::1:1")]
    [InlineData("unix://")]
    [InlineData("unix://@")]
    [InlineData("unix://relative/path")]
    public void What_is_no_address_is_refused_where_it_is_given(string address)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => Listener.Props(address, Codecs.LengthField(), s_echo));
        Assert.Contains($"'{address}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_where_they_are_given()
    {
        Assert.Throws<ArgumentNullException>(() => Listener.Props("tcp://127.0.0.1:0", null!, s_echo));
        Assert.Throws<ArgumentNullException>(() => Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), null!));
        Assert.Throws<ArgumentNullException>(() => Listener.Props((NetAddress)null!, Codecs.LengthField(), s_echo));
        Refuses(new ListenerOptions { MaxFrameBytes = 0 });
        Refuses(new ListenerOptions { MaxInFlightPerConnection = 0 });
        Refuses(new ListenerOptions { OutputHighWaterBytes = 0 });
        Refuses(new ListenerOptions { LingerTimeout = TimeSpan.FromTicks(-1) });

        static void Refuses(ListenerOptions options) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), s_echo, options));
    }

    [Fact]
    public async Task Connections_live_on_after_unbind_and_new_ones_are_refused()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        client.ReceiveFrame();
        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);

        SocketException refused = Assert.Throws<SocketException>(() => RawClient.Connect(address));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        for (byte i = 0; i < 10; i++)
        {
            client.SendFrame([i]);
            Assert.Equal([i], client.ReceiveFrame());
        }
    }

    [Fact]
    public async Task The_address_can_be_bound_again_when_unbind_is_answered()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo);
        for (int i = 0; i < 20; i++)
        {
            Echo(address);
            await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
            (listener, NetAddress again) = await ListenAsync(address.ToString(), s_echo);
            Assert.Equal(address, again);
        }
    }

    [Fact]
    public async Task Asking_where_it_was_bound_fails_after_unbind_and_unbinding_again_does_no_harm()
    {
        (IActorRef listener, _) = await ListenAsync(s_echo);
        for (int i = 0; i < 3; i++)
        {
            await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
            await Assert.ThrowsAsync<InvalidOperationException>(() => listener.Ask<Bound>(GetBound.Instance, Eventually.Patience));
        }
    }

    [Fact]
    public async Task A_second_unbind_too_is_answered_only_when_the_address_is_free()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo);
        Recorder<object> answers = new();
        IActorRef spy = Sys.ActorOf(Spy.Props(answers));
        using (await HoldLoopsAsync())
        {
            // The loop that closes the socket stands still, so nobody can say that it is closed.
            listener.Tell(Unbind.Instance, spy);
            listener.Tell(Unbind.Instance, spy);
            await SettleAsync(listener, spy);
            Assert.Empty(answers.Rest());
        }

        Assert.All(await answers.NextAsync(2), answer => Assert.IsType<Unbound>(answer));
        await ListenAsync(address.ToString(), s_echo);
    }

    [Fact]
    public async Task Unbind_before_it_is_bound_means_that_it_never_is()
    {
        IActorRef listener = Sys.ActorOf(Listener.Props("tcp://localhost:0", Codecs.LengthField(), s_echo));
        Task<Bound> bound = listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        Task<Unbound> unbound = listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        await unbound;

        // Whether it was bound by then or not, everybody has an answer.
        Exception? failure = await Record.ExceptionAsync(() => bound);
        Assert.True(failure is null or InvalidOperationException, $"{failure}");
        await Assert.ThrowsAsync<InvalidOperationException>(() => listener.Ask<Bound>(GetBound.Instance, Eventually.Patience));
    }

    [Fact]
    public async Task Stopping_it_ends_its_connections_and_frees_the_address()
    {
        (IActorRef listener, NetAddress address) = await ListenAsync(s_echo);
        RawClient[] clients = [.. Enumerable.Range(0, 10).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
            client.ReceiveFrame();
        }

        await StopAsync(listener);
        foreach (RawClient client in clients)
        {
            Assert.True(client.ReceiveEnd());
            client.Dispose();
        }

        await Eventually.TrueAsync(() => Record.Exception(() => RawClient.Connect(address).Dispose()) is SocketException);
        await ListenAsync(address.ToString(), s_echo);
    }

    [Fact]
    public async Task A_connection_knows_both_its_ends()
    {
        Script script = new();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using RawClient client = RawClient.Connect(address);
        ConnectionRef connection = (await script.Events.NextAsync()).Connection!;
        Assert.Equal(address, connection.LocalAddress);
        Assert.Equal(((IPEndPoint)client.Socket.LocalEndPoint!).Port, connection.RemoteAddress.Port);
        Assert.Equal("127.0.0.1", connection.RemoteAddress.Host);
        Assert.True(connection.IsActive);
        Assert.Equal($"{address} <- {connection.RemoteAddress}", connection.ToString());
    }

    [Fact]
    public async Task A_crowd_that_connects_at_once_is_all_served()
    {
        (_, NetAddress address) = await ListenAsync(s_echo);
        RawClient[] clients = [.. Enumerable.Range(0, 300).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([9]);
        }

        foreach (RawClient client in clients)
        {
            Assert.Equal([9], client.ReceiveFrame());
            client.Dispose();
        }
    }

    private static void Echo(NetAddress address)
    {
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1, 2, 3]);
        Assert.Equal([1, 2, 3], client.ReceiveFrame());
    }

    private static async Task<SocketOperationException> AssertCannotListenAsync(IActorRef listener, string address)
    {
        SocketOperationException? failure = null;
        for (int i = 0; i < 2; i++)
        {
            failure = await Assert.ThrowsAsync<SocketOperationException>(() => listener.Ask<Bound>(GetBound.Instance, Eventually.Patience));
            Assert.Contains(address, failure.Message, StringComparison.Ordinal);
        }

        return failure!;
    }
}
