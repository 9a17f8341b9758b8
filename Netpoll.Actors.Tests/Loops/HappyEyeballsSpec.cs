using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>An address with several end points: in which order they are tried, who wins, and that the losers leave nothing behind (RFC 8305).</summary>
public sealed class HappyEyeballsSpec : IAsyncLifetime
{
    private static readonly NetAddress s_name = NetAddress.Parse("tcp://several.example:1");

    private readonly TestLoop _loop = new();
    private readonly Socket _silent = NewListener();
    private readonly Socket _filling = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server = NewListener();

    private IPEndPoint Silent => (IPEndPoint)_silent.LocalEndPoint!;

    private IPEndPoint Server => (IPEndPoint)_server.LocalEndPoint!;

    public async Task InitializeAsync()
    {
        // A queue of "none" takes one, and drops whoever knocks after that: a server that never answers.
        _silent.Listen(0);
        await _filling.ConnectAsync(Silent).InTime();
        await Eventually.Holds(() => ProcNetTcp.WaitingAt(Silent.Port) == 1, "the queue is full");
        _server.Listen(10);
    }

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _filling.Dispose();
        _silent.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("6 6 6 4 4", "6 4 6 4 6")]
    [InlineData("4 6 6", "4 6 6")]
    [InlineData("4 4 6", "4 6 4")]
    [InlineData("6 4", "6 4")]
    [InlineData("4 4 4", "4 4 4")]
    [InlineData("4", "4")]
    public void The_families_take_turns_and_each_keeps_its_order(string resolved, string expected)
    {
        EndPoint[] endPoints = [.. resolved.Split(' ').Select((family, i) =>
            new IPEndPoint(family == "4" ? new IPAddress([10, 0, 0, (byte)i]) : IPAddress.Parse($"2001:db8::{i}"), 1))];
        IReadOnlyList<EndPoint> order = EndPointOrder.Interleave(endPoints);
        Assert.Equal(expected, string.Join(' ', order.Select(endPoint => endPoint.AddressFamily == AddressFamily.InterNetwork ? "4" : "6")));
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            Assert.Equal(endPoints.Where(one => one.AddressFamily == family), order.Where(one => one.AddressFamily == family));
        }
    }

    [Fact]
    public async Task An_end_point_that_does_not_answer_is_joined_by_the_next_which_wins()
    {
        StreamChannel channel = await DialAsync([Silent, Server], TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, ProcNetTcp.OpenTo(Server.Port));
        await AssertNothingIsLeft();
        channel.Close();
    }

    [Fact]
    public async Task The_next_waits_for_its_time_while_the_first_may_still_answer()
    {
        // Nothing but the delay can start the second, and the test does not wait that long.
        Task<StreamChannel> dialling = DialAsync([Silent, Server], Eventually.Patience);
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Silent.Port) == 2, "the first is under way");
        for (int i = 0; i < 100; i++)
        {
            await _loop.RunAsync(() => { });
        }

        Assert.Equal(1, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
        Assert.Equal(0, ProcNetTcp.OpenTo(Server.Port));

        // Room in the first one's queue: it answers when the kernel knocks again, and wins.
        (await _silent.AcceptAsync().InTime()).Dispose();
        StreamChannel channel = await dialling.InTime();
        Assert.Equal(0, ProcNetTcp.OpenTo(Server.Port));
        await AssertConnected(channel, _silent);
        channel.Close();
    }

    [SkippableFact]
    public async Task One_that_fails_gives_way_at_once()
    {
        TestBackend.SkipWhereErrorsGetLost();
        using Socket refusing = NewListener();
        StreamChannel channel = await DialAsync([refusing.LocalEndPoint!, refusing.LocalEndPoint!, Server], Eventually.Patience);
        await AssertConnected(channel, _server);
        channel.Close();
    }

    [SkippableFact]
    public async Task When_all_fail_the_first_ones_error_is_told()
    {
        TestBackend.SkipWhereErrorsGetLost();
        using Socket refusing = NewListener();
        IPEndPoint unreachable = new(IPAddress.Parse("255.255.255.255"), 1);
        SocketOperationException refused = await Assert.ThrowsAsync<SocketOperationException>(
            () => DialAsync([refusing.LocalEndPoint!, unreachable], Eventually.Patience));
        Assert.Equal((Errno.ECONNREFUSED, s_name), (refused.ErrorNumber, refused.Address));
        SocketOperationException other = await Assert.ThrowsAsync<SocketOperationException>(
            () => DialAsync([unreachable, refusing.LocalEndPoint!], Eventually.Patience));
        Assert.NotEqual(Errno.ECONNREFUSED, other.ErrorNumber);
        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_time_out_and_the_token_end_all_attempts()
    {
        Task<StreamChannel> dialling = DialAsync([Silent, Silent, Silent], TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
        SocketOperationException late = await Assert.ThrowsAsync<SocketOperationException>(() => dialling);
        Assert.Equal(SocketError.TimedOut, late.SocketErrorCode);
        await AssertNothingIsLeft();

        using CancellationTokenSource cancellation = new();
        dialling = DialAsync([Silent, Silent, Silent], TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan, cancellation.Token);
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Silent.Port) == 4, "all three are under way");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_local_address_may_be_chosen()
    {
        DialOptions options = new() { LocalAddress = NetAddress.Parse("tcp://127.0.0.3:0"), Timeout = Eventually.Patience };
        StreamChannel channel = await _loop.Loop.ConnectAsync(NetAddress.FromEndPoint(Server), options).InTime();
        using Socket accepted = await _server.AcceptAsync().InTime();
        Assert.Equal(IPAddress.Parse("127.0.0.3"), ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        Assert.Equal("127.0.0.3", channel.GetLocalAddress().Host);
        channel.Close();

        // Only end points of its kind are tried, and a name that is not this machine's is said.
        SocketOperationException none = await Assert.ThrowsAsync<SocketOperationException>(
            () => _loop.Loop.ConnectAsync(NetAddress.Unix("@netpoll-nobody"), options)).InTime();
        Assert.Equal(SocketError.AddressFamilyNotSupported, none.SocketErrorCode);
        SocketOperationException strange = await Assert.ThrowsAsync<SocketOperationException>(() => _loop.Loop.ConnectAsync(
            NetAddress.FromEndPoint(Server), options with { LocalAddress = NetAddress.Parse("tcp://192.0.2.1:0") })).InTime();
        Assert.Equal(("bind", Errno.EADDRNOTAVAIL), (strange.Operation, strange.ErrorNumber));
    }

    [Theory]
    [InlineData("@netpoll-{0}")]
    [InlineData("{0}")]
    public async Task Unix_names_are_dialled_and_may_be_dialled_from(string form)
    {
        using TempDirectory directory = new();
        NetAddress server = NetAddress.Unix(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, directory.File("server")));
        NetAddress client = NetAddress.Unix(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, directory.File("client")));
        ListenChannel listener = ListenChannel.Open(server, (await server.ResolveAsync())[0], Poller.Sockets.SocketOptions.Default);
        StreamChannel channel = await _loop.Loop.ConnectAsync(server, new DialOptions { LocalAddress = client, Timeout = Eventually.Patience }).InTime();
        AcceptResult accepted = listener.Accept();
        Assert.Equal((client, client, server), (accepted.RemoteAddress!, channel.GetLocalAddress(), channel.RemoteAddress));
        accepted.Socket!.Dispose();
        channel.Close();
        listener.Close();
    }

    private static Socket NewListener()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private Task<StreamChannel> DialAsync(
        IReadOnlyList<EndPoint> endPoints, TimeSpan delay, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        new Dial(_loop.Loop, s_name, endPoints, local: null, new DialOptions { AttemptDelay = delay })
            .RunAsync(timeout ?? Eventually.Patience, cancellationToken).InTime();

    private static async Task AssertConnected(StreamChannel channel, Socket server)
    {
        using Socket accepted = await server.AcceptAsync().InTime();
        Assert.Equal(channel.GetLocalAddress().Port, ((IPEndPoint)accepted.RemoteEndPoint!).Port);
    }

    private async Task AssertNothingIsLeft()
    {
        Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Silent.Port) == 1, "only the filling connection is left");
    }
}
