using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>Listening and dialling on every kind of address. The numbers in the names are those of the conformance table.</summary>
public sealed class SocketFactorySpec : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SocketHandle> _sockets = [];

    public static TheoryData<string> Kinds => new("ipv4", "ipv6", "ipv6-any", "unix", "abstract");

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _directory.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task C69_C70_A_dialled_socket_reaches_its_listener_and_both_know_their_addresses(string kind)
    {
        Skip.If(kind.StartsWith("ipv6", StringComparison.Ordinal) && !Socket.OSSupportsIPv6, "This machine has no IPv6.");
        (SocketHandle listener, NetAddress bound) = await ListenAsync(AddressOf(kind));
        NetAddress target = kind == "ipv6-any" ? NetAddress.Tcp("127.0.0.1", bound.Port) : bound;
        SocketHandle client = await DialAsync(target);
        (SocketHandle server, NetAddress peer) = Accept(listener);

        Assert.Equal(kind is "unix" or "abstract" ? NetAddress.UnnamedUnix : SocketFactory.LocalAddress(client.Descriptor), Normal(peer));
        Assert.Equal(target, Normal(SocketFactory.LocalAddress(server.Descriptor)));
        using ConnectedBytes bytes = new(client, server);
        bytes.AssertBothWays();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C56_No_delay_is_really_set_on_both_ends(bool noDelay)
    {
        using ConnectedPair pair = ConnectedPair.Tcp(new SocketOptions { NoDelay = noDelay });
        foreach (SocketHandle socket in new[] { pair.NearSocket, pair.FarSocket })
        {
            int value = SocketCalls.GetOption(socket.Descriptor, Platform.Current.TCP_NODELAY).Value;
            Assert.Equal(noDelay, value != 0);
        }
    }

    [Fact]
    public void Buffer_sizes_are_really_set_on_both_ends()
    {
        // The kernel keeps twice what it is asked for (socket(7)).
        using ConnectedPair pair = ConnectedPair.Tcp(new SocketOptions { SendBufferBytes = 20_000, ReceiveBufferBytes = 30_000 });
        foreach (SocketHandle socket in new[] { pair.NearSocket, pair.FarSocket })
        {
            Assert.Equal(40_000, SocketCalls.GetOption(socket.Descriptor, Platform.Current.SO_SNDBUF).Value);
            Assert.Equal(60_000, SocketCalls.GetOption(socket.Descriptor, Platform.Current.SO_RCVBUF).Value);
        }
    }

    [Fact]
    public async Task Port_zero_lets_the_kernel_choose_another_port_each_time()
    {
        (_, NetAddress first) = await ListenAsync(AddressOf("ipv4"));
        (_, NetAddress second) = await ListenAsync(AddressOf("ipv4"));
        Assert.NotEqual(0, first.Port);
        Assert.NotEqual(0, second.Port);
        Assert.NotEqual(first.Port, second.Port);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task An_address_in_use_says_so(string kind)
    {
        Skip.If(kind.StartsWith("ipv6", StringComparison.Ordinal) && !Socket.OSSupportsIPv6, "This machine has no IPv6.");
        (SocketHandle listener, NetAddress bound) = await ListenAsync(AddressOf(kind));
        SocketOperationException inUse = await Assert.ThrowsAsync<SocketOperationException>(() => ListenAsync(bound));
        Assert.Equal((SocketError.AddressAlreadyInUse, Errno.EADDRINUSE), (inUse.SocketErrorCode, inUse.ErrorNumber));
        Assert.Equal(("listen on", bound), (inUse.Operation, inUse.Address));
        Assert.Equal($"Cannot listen on {bound}: Address already in use (errno 98)", inUse.Message);

        // The one that was there is none the worse for it.
        await DialAsync(bound);
        Accept(listener);
    }

    [Fact]
    public async Task Two_listeners_share_a_port_if_both_ask_for_it()
    {
        SocketOptions sharing = new() { ReusePort = true };
        (_, NetAddress bound) = await ListenAsync(AddressOf("ipv4"), sharing);
        (_, NetAddress again) = await ListenAsync(bound, sharing);
        Assert.Equal(bound, again);
    }

    [Fact]
    public async Task A_port_is_free_again_as_soon_as_its_listener_is_closed_though_connections_linger()
    {
        (SocketHandle listener, NetAddress bound) = await ListenAsync(AddressOf("ipv4"));
        SocketHandle client = await DialAsync(bound);
        (SocketHandle server, _) = Accept(listener);
        server.Dispose();
        client.Dispose();
        listener.Dispose();
        await ListenAsync(bound);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_not_available()
    {
        SocketOperationException foreign = await Assert.ThrowsAsync<SocketOperationException>(() => ListenAsync(NetAddress.Parse("tcp://192.0.2.1:0")));
        Assert.Equal((SocketError.AddressNotAvailable, Errno.EADDRNOTAVAIL), (foreign.SocketErrorCode, foreign.ErrorNumber));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_is_not_permitted_says_so()
    {
        Skip.If(Environment.IsPrivilegedProcess, "Everything is permitted to root.");
        string closed = _directory.File("closed");
        Directory.CreateDirectory(closed);
        new DirectoryInfo(closed).UnixFileMode = UnixFileMode.None;
        SocketOperationException denied = await Assert.ThrowsAsync<SocketOperationException>(() => ListenAsync(NetAddress.Unix(closed + "/x")));
        Assert.Equal((SocketError.AccessDenied, Errno.EACCES), (denied.SocketErrorCode, denied.ErrorNumber));
    }

    [Fact]
    public async Task A_unix_path_without_its_directory_cannot_be_listened_on()
    {
        NetAddress address = NetAddress.Unix(_directory.File("missing/x"));
        SocketOperationException missing = await Assert.ThrowsAsync<SocketOperationException>(() => ListenAsync(address));
        Assert.Equal(Errno.ENOENT, missing.ErrorNumber);
        Assert.Contains("No such file or directory", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_unix_path_works()
    {
        string path = _directory.File(new string('x', 107 - _directory.Path.Length - 1));
        Assert.Equal(107, path.Length);
        (SocketHandle listener, NetAddress bound) = await ListenAsync(NetAddress.Unix(path));
        await DialAsync(bound);
        (SocketHandle server, _) = Accept(listener);
        Assert.Equal(path, SocketFactory.LocalAddress(server.Descriptor).Path);
    }

    [Fact]
    public async Task C69_Nobody_listening_is_a_refusal_at_once_or_when_the_socket_is_decided()
    {
        (SocketHandle listener, NetAddress bound) = await ListenAsync(AddressOf("ipv4"));
        listener.Dispose();
        Assert.Equal(Errno.ECONNREFUSED, (await ErrorOfDialAsync(bound))?.ErrorNumber);

        (listener, bound) = await ListenAsync(AddressOf("unix"));
        listener.Dispose();
        Assert.Equal(Errno.ECONNREFUSED, (await ErrorOfDialAsync(bound))?.ErrorNumber);
        Assert.Equal(Errno.ENOENT, (await ErrorOfDialAsync(NetAddress.Unix(_directory.File("nothing"))))?.ErrorNumber);
        Assert.Equal(Errno.ECONNREFUSED, (await ErrorOfDialAsync(AddressOf("abstract")))?.ErrorNumber);
    }

    [Fact]
    public async Task A_unix_listener_with_a_full_queue_refuses_at_once()
    {
        (_, NetAddress bound) = await ListenAsync(AddressOf("unix"), new SocketOptions { Backlog = 1 });
        SocketOperationException? full = null;
        for (int i = 0; i < 10 && full is null; i++)
        {
            full = await ErrorOfDialAsync(bound);
        }

        Assert.Equal(Errno.EAGAIN, full?.ErrorNumber);
    }

    [Fact]
    public void The_address_of_no_descriptor_is_the_unnamed_one() => Assert.Equal(NetAddress.UnnamedUnix, SocketFactory.LocalAddress(-1));

    [Fact]
    public void Asking_how_a_connection_ended_on_no_descriptor_is_an_error() =>
        Assert.Equal(Errno.EBADF, SocketFactory.ConnectError(-1, AddressOf("ipv4"))?.ErrorNumber);

    private static NetAddress Normal(NetAddress address) =>
        address.IsUnix || !IPAddress.TryParse(address.Host, out IPAddress? ip) ? address : NetAddress.FromEndPoint(new IPEndPoint(ip, address.Port));

    private NetAddress AddressOf(string kind) => kind switch
    {
        "ipv4" => NetAddress.Parse("tcp://127.0.0.1:0"),
        "ipv6" => NetAddress.Parse("tcp://[::1]:0"),
        "ipv6-any" => NetAddress.Parse("tcp://[::]:0"),
        "unix" => NetAddress.Unix(_directory.File(Guid.NewGuid().ToString("N"))),
        _ => NetAddress.Unix("@netpoll-" + Guid.NewGuid().ToString("N")),
    };

    private async Task<(SocketHandle Listener, NetAddress Bound)> ListenAsync(NetAddress address, SocketOptions? options = null)
    {
        SocketHandle listener = SocketFactory.Listen(address, (await address.ResolveAsync())[0], options ?? SocketOptions.Default);
        _sockets.Add(listener);
        return (listener, SocketFactory.LocalAddress(listener.Descriptor));
    }

    private async Task<SocketHandle> DialAsync(NetAddress address)
    {
        SocketHandle client = SocketFactory.BeginConnect(address, (await address.ResolveAsync())[0], SocketOptions.Default);
        _sockets.Add(client);
        Readiness.Wait(client.Descriptor, PollInterest.Write);
        return SocketFactory.ConnectError(client.Descriptor, address) is { } error ? throw error : client;
    }

    private async Task<SocketOperationException?> ErrorOfDialAsync(NetAddress address)
    {
        try
        {
            await DialAsync(address);
            return null;
        }
        catch (SocketOperationException error)
        {
            Assert.Equal(("connect to", address), (error.Operation, error.Address));
            return error;
        }
    }

    private (SocketHandle Server, NetAddress Peer) Accept(SocketHandle listener)
    {
        Readiness.Wait(listener.Descriptor, PollInterest.Read);
        byte[] storage = new byte[SocketCalls.MaxAddressBytes];
        SysResult accepted = SocketCalls.Accept(listener.Descriptor, storage, out int length);
        Assert.False(accepted.IsError);
        SocketHandle server = new(accepted.Value);
        _sockets.Add(server);
        return (server, SocketAddresses.Decode(storage.AsSpan(0, length)));
    }

    /// <summary>A byte each way between two sockets.</summary>
    private sealed unsafe class ConnectedBytes(SocketHandle client, SocketHandle server) : IDisposable
    {
        public void AssertBothWays()
        {
            AssertCrosses(client, server, 1);
            AssertCrosses(server, client, 2);
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }

        private static void AssertCrosses(SocketHandle from, SocketHandle to, byte value)
        {
            byte received = 0;
            Assert.Equal(1, SocketCalls.Send(from.Descriptor, new IoVector { Base = &value, Length = 1 }).Value);
            Readiness.Wait(to.Descriptor, PollInterest.Read);
            Assert.Equal(1, SocketCalls.Receive(to.Descriptor, new IoVector { Base = &received, Length = 1 }).Value);
            Assert.Equal(value, received);
        }
    }
}
