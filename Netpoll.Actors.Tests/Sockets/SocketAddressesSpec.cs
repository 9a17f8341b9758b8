using System.Net;
using System.Net.Sockets;
using System.Text;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>The kernel's bytes for addresses.</summary>
public sealed class SocketAddressesSpec
{
    [Theory]
    [InlineData("tcp://1.2.3.4:258")]
    [InlineData("tcp://255.255.255.255:65535")]
    [InlineData("tcp://[2001:db8::5]:258")]
    [InlineData("tcp://[fe80::1%3]:258")]
    [InlineData("unix:///run/x.sock")]
    [InlineData("unix:///é")]
    [InlineData("unix://@name")]
    public async Task What_is_encoded_is_decoded_again(string text)
    {
        EndPoint endPoint = (await NetAddress.Parse(text).ResolveAsync())[0];
        Assert.Equal(text, SocketAddresses.Decode(SocketAddresses.Encode(endPoint)).ToString());
    }

    [Fact]
    public void An_ipv4_end_point_is_a_sockaddr_in()
    {
        ReadOnlySpan<byte> bytes = SocketAddresses.Encode(new IPEndPoint(IPAddress.Parse("1.2.3.4"), 0x0506));
        Assert.Equal(16, bytes.Length);
        Assert.Equal([0x05, 0x06, 1, 2, 3, 4], bytes[2..8].ToArray());
        Assert.Equal(SocketCalls.AF_INET, BitConverter.ToUInt16(bytes));
    }

    [Fact]
    public void The_families_are_the_kernels()
    {
        Assert.Equal(SocketCalls.AF_INET, SocketAddresses.FamilyOf(new IPEndPoint(IPAddress.Any, 0)));
        Assert.Equal(Platform.Current.AF_INET6, SocketAddresses.FamilyOf(new IPEndPoint(IPAddress.IPv6Any, 0)));
        Assert.Equal(SocketCalls.AF_UNIX, SocketAddresses.FamilyOf(new UnixDomainSocketEndPoint("/x")));
        Assert.Throws<NotSupportedException>(() => SocketAddresses.FamilyOf(new DnsEndPoint("name", 1)));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    public void A_unix_address_without_a_name_is_the_unnamed_one(byte[] bytes) =>
        Assert.Equal(NetAddress.UnnamedUnix, SocketAddresses.Decode(bytes));

    [Fact]
    public void A_unix_path_ends_at_its_zero_or_at_the_end_of_the_bytes()
    {
        Assert.Equal("/ab", SocketAddresses.Decode([1, 0, .. "/ab\0rest"u8]).Path);
        Assert.Equal("/ab", SocketAddresses.Decode([1, 0, .. "/ab"u8]).Path);
        string longest = "/" + new string('x', 107);
        Assert.Equal(longest, SocketAddresses.Decode([1, 0, .. Encoding.ASCII.GetBytes(longest)]).Path);
    }

    [Fact]
    public void An_abstract_name_may_hold_zeros() =>
        Assert.Equal("@a\0b", SocketAddresses.Decode([1, 0, 0, .. "a\0b"u8]).Path);

    public static TheoryData<string> Bsds => new("macOS", "FreeBSD");

    [Theory]
    [MemberData(nameof(Bsds))]
    public void Where_addresses_begin_with_their_length_the_family_is_the_second_byte(string system)
    {
        Platform platform = Of(system);
        byte[] ipv4 = [16, 2, 0x05, 0x06, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal("tcp://1.2.3.4:1286", SocketAddresses.Decode(ipv4, platform).ToString());
        byte[] ipv6 = [28, (byte)platform.AF_INET6, 0x05, 0x06, 0, 0, 0, 0, .. IPAddress.Parse("2001:db8::5").GetAddressBytes(), 0, 0, 0, 0];
        Assert.Equal("tcp://[2001:db8::5]:1286", SocketAddresses.Decode(ipv6, platform).ToString());
        Assert.Equal("/a", SocketAddresses.Decode([5, 1, .. "/a\0"u8], platform).Path);
    }

    [Theory]
    [MemberData(nameof(Bsds))]
    public void Where_there_are_no_abstract_names_a_zero_is_no_name(string system)
    {
        // What accept(2) tells of a client that did not bind: macOS gives 16 bytes, all but the first two zero.
        Assert.Equal(NetAddress.UnnamedUnix, SocketAddresses.Decode([16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Of(system)));
    }

    private static Platform Of(string system) => system == "macOS" ? Platform.MacOS : Platform.FreeBsd;
}
