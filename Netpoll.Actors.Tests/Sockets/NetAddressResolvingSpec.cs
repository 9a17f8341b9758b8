using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>From addresses to end points.</summary>
public sealed class NetAddressResolvingSpec
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7", "127.0.0.1", 7)]
    [InlineData("tcp://[::1]:7", "::1", 7)]
    public async Task A_numeric_address_is_its_own_end_point_at_once(string text, string ip, int port)
    {
        Task<IReadOnlyList<EndPoint>> resolving = NetAddress.Parse(text).ResolveAsync();
        Assert.True(resolving.IsCompletedSuccessfully);
        Assert.Equal([new IPEndPoint(IPAddress.Parse(ip), port)], await resolving);
    }

    [Theory]
    [InlineData("unix:///run/x", "/run/x")]
    [InlineData("unix://@x", "\0x")]
    public async Task A_unix_address_is_one_end_point(string text, string path) =>
        Assert.Equal([new UnixDomainSocketEndPoint(path)], await NetAddress.Parse(text).ResolveAsync());

    [Fact]
    public async Task The_name_of_this_machines_loopback_resolves_with_the_port()
    {
        IReadOnlyList<EndPoint> found = await NetAddress.Parse("tcp://localhost:7").ResolveAsync().InTime();
        Assert.NotEmpty(found);
        Assert.All(found, endPoint =>
        {
            IPEndPoint ip = Assert.IsType<IPEndPoint>(endPoint);
            Assert.Equal(7, ip.Port);
            Assert.True(IPAddress.IsLoopback(ip.Address));
        });
    }

    [Fact]
    public async Task An_unknown_name_says_which_name()
    {
        NetAddress address = NetAddress.Parse("tcp://no-such-host.invalid:7");
        SocketOperationException unknown = await Assert.ThrowsAsync<SocketOperationException>(() => address.ResolveAsync()).InTime();
        Assert.Equal(("resolve", address, 0), (unknown.Operation, unknown.Address, unknown.ErrorNumber));
        Assert.StartsWith("Cannot resolve tcp://no-such-host.invalid:7: ", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_resolution_is_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => NetAddress.Parse("tcp://localhost:7").ResolveAsync(new CancellationToken(canceled: true))).InTime();
}
