using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Opening connections on a loop. The numbers in the names are those of the conformance table.</summary>
public sealed class DialerSpec : IAsyncLifetime
{
    private readonly TestLoop _loop = new();
    private readonly TempDirectory _directory = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _directory.Dispose();
    }

    [SkippableTheory]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://[::1]:0")]
    [InlineData("unix://")]
    public async Task C69_C70_A_server_that_listens_is_reached(string text)
    {
        Skip.If(text.Contains('[', StringComparison.Ordinal) && !Socket.OSSupportsIPv6, "This machine has no IPv6.");
        NetAddress address = text == "unix://" ? NetAddress.Unix(_directory.File("s")) : NetAddress.Parse(text);
        using SocketHandle listener = await ListenAsync(address);
        NetAddress bound = SocketFactory.LocalAddress(listener.Descriptor);
        StreamChannel channel = await DialAsync(bound);
        Assert.True(channel.IsOpen);
        Assert.Equal(bound, channel.RemoteAddress);
        Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));

        using SocketHandle accepted = Accept(listener);
        RecordingReceiver receiver = new();
        await _loop.RunAsync(() => _loop.Loop.Add(channel, receiver));
        accepted.SendByte();
        await Eventually.Holds(() => receiver.Readable > 0, "the byte is heard of");
        await _loop.RunAsync(channel.Close);
    }

    [Fact]
    public async Task A_name_is_resolved_and_every_end_point_of_it_is_tried()
    {
        // Where localhost is ::1 too, nobody listens there, and the second end point answers.
        using SocketHandle listener = await ListenAsync(NetAddress.Parse("tcp://127.0.0.1:0"));
        NetAddress named = NetAddress.Tcp("localhost", SocketFactory.LocalAddress(listener.Descriptor).Port);
        StreamChannel channel = await DialAsync(named);
        Assert.Equal(named, channel.RemoteAddress);
        channel.Close();
    }

    [Fact]
    public async Task The_options_are_set_on_the_dialled_socket()
    {
        using SocketHandle listener = await ListenAsync(NetAddress.Parse("tcp://127.0.0.1:0"));
        SocketOptions options = new() { SendBufferBytes = 20_000 };
        NetAddress bound = SocketFactory.LocalAddress(listener.Descriptor);
        StreamChannel channel = await _loop.Loop.ConnectAsync(bound, options, Eventually.Patience).InTime();
        string peer = channel.GetLocalAddress().ToString();
        using SocketHandle accepted = Accept(listener);
        Assert.StartsWith("tcp://127.0.0.1:", peer, StringComparison.Ordinal);
        channel.Close();
    }

    [SkippableFact]
    public async Task C69_Nobody_listening_is_a_refusal()
    {
        TestBackend.SkipWhereErrorsGetLost();
        SocketHandle listener = await ListenAsync(NetAddress.Parse("tcp://127.0.0.1:0"));
        NetAddress free = SocketFactory.LocalAddress(listener.Descriptor);
        listener.Dispose();
        SocketOperationException refused = await Assert.ThrowsAsync<SocketOperationException>(() => DialAsync(free));
        Assert.Equal((SocketError.ConnectionRefused, Errno.ECONNREFUSED), (refused.SocketErrorCode, refused.ErrorNumber));
        Assert.Equal($"Cannot connect to {free}: Connection refused (errno 111)", refused.Message);

        NetAddress missing = NetAddress.Unix(_directory.File("missing"));
        Assert.Equal(Errno.ENOENT, (await Assert.ThrowsAsync<SocketOperationException>(() => DialAsync(missing))).ErrorNumber);
        Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
    }

    [Fact]
    public async Task An_unknown_name_is_told_as_such()
    {
        NetAddress unknown = NetAddress.Parse("tcp://no-such-host.invalid:80");
        SocketOperationException error = await Assert.ThrowsAsync<SocketOperationException>(() => DialAsync(unknown));
        Assert.Equal(("resolve", unknown), (error.Operation, error.Address));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_met_itself_is_a_refusal(bool byName)
    {
        // A socket bound to a port that dials the same port is connected to itself: what a dial to a free local port may come to.
        using SocketHandle socket = new(SocketCalls.CreateStream(SocketCalls.AF_INET).Value);
        Assert.False(SocketCalls.Bind(socket.Descriptor, SocketAddresses.Encode(new IPEndPoint(IPAddress.Loopback, 0))).IsError);
        IPEndPoint own = new(IPAddress.Loopback, SocketFactory.LocalAddress(socket.Descriptor).Port);
        SocketCalls.Connect(socket.Descriptor, SocketAddresses.Encode(own));
        Readiness.Wait(socket.Descriptor, PollInterest.Write);
        ConnectChannel channel = NewConnectChannel(socket, byName ? NetAddress.Tcp("localhost", own.Port) : NetAddress.FromEndPoint(own), own);
        Assert.Null(channel.Finish(out SocketOperationException? error));
        Assert.Equal((Errno.ECONNREFUSED, true), (error?.ErrorNumber, channel.MetItself));
        Assert.False(channel.IsOpen);
    }

    [Fact]
    public async Task A_dial_that_meets_itself_again_and_again_is_refused_in_the_end()
    {
        // From the very address that it calls an attempt can only meet itself, and so can those that repeat it.
        SocketHandle listener = await ListenAsync(NetAddress.Parse("tcp://127.0.0.1:0"));
        NetAddress own = SocketFactory.LocalAddress(listener.Descriptor);
        listener.Dispose();
        DialOptions options = new() { LocalAddress = own, Timeout = Eventually.Patience };
        for (int i = 0; i < 3; i++)
        {
            SocketOperationException refused = await Assert.ThrowsAsync<SocketOperationException>(() => _loop.Loop.ConnectAsync(own, options)).InTime();
            Assert.Equal(Errno.ECONNREFUSED, refused.ErrorNumber);
            Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
        }
    }

    [Fact]
    public async Task A_dial_that_is_cancelled_beforehand_opens_nothing()
    {
        using SocketHandle listener = await ListenAsync(NetAddress.Parse("tcp://127.0.0.1:0"));
        NetAddress bound = SocketFactory.LocalAddress(listener.Descriptor);
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _loop.Loop.ConnectAsync(bound, null, Eventually.Patience, cancelled)).InTime();
        Assert.Equal(PollReadiness.None, Readiness.Now(listener.Descriptor, PollInterest.Read));
    }

    [Fact]
    public async Task C67_A_time_of_nothing_is_over_at_once()
    {
        SocketOperationException late = await Assert.ThrowsAsync<SocketOperationException>(
            () => _loop.Loop.ConnectAsync(NetAddress.Parse("tcp://127.0.0.1:1"), null, TimeSpan.Zero)).InTime();
        Assert.Equal((SocketError.TimedOut, 0), (late.SocketErrorCode, late.ErrorNumber));
    }

    [Fact]
    public async Task A_dial_on_a_loop_that_has_ended_fails()
    {
        TestLoop ended = new();
        await ended.DisposeAsync();
        SocketOperationException error = await Assert.ThrowsAsync<SocketOperationException>(
            () => ended.Loop.ConnectAsync(NetAddress.Parse("tcp://127.0.0.1:1"), null, Eventually.Patience)).InTime();
        Assert.Equal(SocketError.OperationAborted, error.SocketErrorCode);
    }

    [Fact]
    public async Task C68_Ten_dials_and_closes_in_a_row_against_a_plain_accept_loop()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(10);
        Task accepting = Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                using Socket accepted = await listener.AcceptAsync();
                Assert.Equal(0, await accepted.ReceiveAsync(new byte[1]));
            }
        });
        for (int i = 0; i < 10; i++)
        {
            (await DialAsync(NetAddress.FromEndPoint(listener.LocalEndPoint!))).Close();
        }

        await accepting.InTime();
    }

    [Fact]
    public async Task C73_Dials_from_many_threads_reach_the_server_that_they_name()
    {
        // Descriptor numbers are used again and again between the two servers: no connection may end up at the other's.
        await using TestLoop second = new();
        using Greeter one = new(1);
        using Greeter two = new(2);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(thread => Task.Run(async () =>
        {
            TestLoop loop = thread < 10 ? _loop : second;
            for (int i = 0; i < 20; i++)
            {
                Greeter server = (thread + i) % 2 == 0 ? one : two;
                Assert.Equal(server.Greeting, await GreetingAsync(loop, server.Address));
            }
        })));
    }

    private static ConnectChannel NewConnectChannel(SocketHandle socket, NetAddress address, EndPoint endPoint) =>
        new(socket, address, endPoint, () => { }, () => { });

    /// <summary>The first byte that a server sends, or 0.</summary>
    private static async Task<byte> GreetingAsync(TestLoop loop, NetAddress server)
    {
        StreamChannel channel = await loop.Loop.ConnectAsync(server, null, Eventually.Patience).InTime();
        TaskCompletionSource<byte> greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RecordingReceiver receiver = new()
        {
            WhenReadable = () =>
            {
                using LinkBuffer input = new();
                channel.Receive(input, out _);
                channel.Close();
                greeting.SetResult(input.TryReadByte(out byte value) ? value : (byte)0);
            },
        };
        await loop.RunAsync(() => loop.Loop.Add(channel, receiver));
        return await greeting.Task.InTime();
    }

    private static SocketHandle Accept(SocketHandle listener)
    {
        Readiness.Wait(listener.Descriptor, PollInterest.Read);
        SysResult accepted = SocketCalls.Accept(listener.Descriptor, stackalloc byte[SocketCalls.MaxAddressBytes], out _);
        Assert.False(accepted.IsError);
        return new SocketHandle(accepted.Value);
    }

    private static async Task<SocketHandle> ListenAsync(NetAddress address) =>
        SocketFactory.Listen(address, (await address.ResolveAsync())[0], SocketOptions.Default);

    private Task<StreamChannel> DialAsync(NetAddress address) => _loop.Loop.ConnectAsync(address, null, Eventually.Patience).InTime();

    /// <summary>A server that says one byte to whoever comes.</summary>
    private sealed class Greeter : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public Greeter(byte greeting)
        {
            Greeting = greeting;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(100);
            Address = NetAddress.FromEndPoint(_listener.LocalEndPoint!);
            _ = ServeAsync();
        }

        public byte Greeting { get; }

        public NetAddress Address { get; }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using Socket accepted = await _listener.AcceptAsync();
                    await accepted.SendAsync(new[] { Greeting });
                }
            }
            catch (SocketException)
            {
                // IGNORED: disposed; a client that misses its greeting fails the test.
            }
        }
    }
}
