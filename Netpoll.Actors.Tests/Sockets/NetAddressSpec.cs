using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>Addresses as users write them.</summary>
public sealed class NetAddressSpec
{
    private static readonly string s_longestPath = "/" + new string('p', 106);

    [Theory]
    [InlineData("tcp://127.0.0.1:7000", "127.0.0.1", 7000)]
    [InlineData("tcp://0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("tcp://localhost:65535", "localhost", 65535)]
    [InlineData("tcp://my-host.example.org:1", "my-host.example.org", 1)]
    [InlineData("tcp://service_1:80", "service_1", 80)]
    [InlineData("tcp://[::1]:7000", "::1", 7000)]
    [InlineData("tcp://[::]:0", "::", 0)]
    [InlineData("tcp://[fe80::1%1]:5", "fe80::1%1", 5)]
    public void A_tcp_address_is_read_and_written_back(string text, string host, int port)
    {
        NetAddress address = NetAddress.Parse(text);
        Assert.Equal((host, port, false, false), (address.Host, address.Port, address.IsUnix, address.IsAbstract));
        Assert.Null(address.Path);
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, NetAddress.Parse(address.ToString()));
        Assert.Equal(address, NetAddress.Tcp(host, port));
    }

    [Theory]
    [InlineData("tcp://[2001:DB8:0:0::1]:5", "tcp://[2001:db8::1]:5")]
    [InlineData("tcp://[0:0:0:0:0:0:0:1]:5", "tcp://[::1]:5")]
    [InlineData("tcp://[::ffff:1.2.3.4]:5", "tcp://1.2.3.4:5")]
    [InlineData("tcp://[::FFFF:102:304]:5", "tcp://1.2.3.4:5")]
    [InlineData("tcp://[fe80::1%01]:5", "tcp://[fe80::1%1]:5")]
    [InlineData("tcp://[ff02::1%2]:5", "tcp://[ff02::1%2]:5")]
    [InlineData("tcp://[2001:db8::1%2]:5", "tcp://[2001:db8::1]:5")]
    [InlineData("tcp://[fe80::1%0]:5", "tcp://[fe80::1]:5")]
    public void An_ipv6_address_has_one_form(string text, string canonical)
    {
        NetAddress address = NetAddress.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(NetAddress.Parse(canonical), address);
        Assert.Equal(address, NetAddress.Tcp(text[7..text.IndexOf(']', StringComparison.Ordinal)], 5));
    }

    [SkippableFact]
    public void A_zone_may_be_the_name_of_an_interface()
    {
        Skip.IfNot(File.Exists("/sys/class/net/lo/ifindex"), "There is no interface lo.");
        string number = File.ReadAllText("/sys/class/net/lo/ifindex").Trim();
        Assert.Equal($"tcp://[fe80::1%{number}]:5", NetAddress.Parse("tcp://[fe80::1%lo]:5").ToString());
    }

    [Theory]
    [InlineData("unix:///run/echo.sock", "/run/echo.sock", false)]
    [InlineData("unix:///", "/", false)]
    [InlineData("unix:///with space/é", "/with space/é", false)]
    [InlineData("unix://@echo", "@echo", true)]
    [InlineData("unix://@@", "@@", true)]
    public void A_unix_address_is_read_and_written_back(string text, string path, bool isAbstract)
    {
        NetAddress address = NetAddress.Parse(text);
        Assert.Equal((path, 0, true, isAbstract), (address.Path, address.Port, address.IsUnix, address.IsAbstract));
        Assert.Null(address.Host);
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, NetAddress.Unix(path));
    }

    [Theory]
    [InlineData("TCP://127.0.0.1:1", "tcp://127.0.0.1:1")]
    [InlineData("Unix:///a", "unix:///a")]
    public void The_scheme_is_read_in_any_case(string text, string canonical) => Assert.Equal(canonical, NetAddress.Parse(text).ToString());

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(null, "it is empty")]
    [InlineData("127.0.0.1:80", "it starts with neither tcp:// nor unix://")]
    [InlineData("http://host:80", "it starts with neither tcp:// nor unix://")]
    [InlineData(" tcp://host:80", "it starts with neither tcp:// nor unix://")]
    [InlineData("tcp:/host:80", "it starts with neither tcp:// nor unix://")]
    [InlineData("tcp://", "the port is missing")]
    [InlineData("tcp://host", "the port is missing")]
    [InlineData("tcp://[::1]", "the port is missing")]
    [InlineData("tcp://host:", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host:65536", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host:-1", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host:+1", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host: 1", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host:80/", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://host:99999999999999999999", "the port is not a number from 0 to 65535")]
    [InlineData("tcp://:80", "the host is missing")]
    [InlineData("tcp://::1:80", "an IPv6 address needs brackets")]
    [InlineData("tcp://a:b:80", "an IPv6 address needs brackets")]
    [InlineData("tcp://[127.0.0.1]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://[name]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://[]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://[[::1]]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://[[::1]:5]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://[::1/64]:80", "what stands in brackets is not an IPv6 address")]
    [InlineData("tcp://two words:80", "the host is neither a name nor an IP address")]
    [InlineData("tcp://a/b:80", "the host is neither a name nor an IP address")]
    [InlineData("tcp://user@host:80", "the host is neither a name nor an IP address")]
    [InlineData("unix://", "the path is missing")]
    [InlineData("unix://@", "the path is missing")]
    [InlineData("unix://relative/path", "a path must be absolute")]
    [InlineData("unix:///a\0b", "the path contains a zero")]
    public void What_is_no_address_is_refused_with_its_reason(string? text, string reason)
    {
        Assert.False(NetAddress.TryParse(text, out NetAddress? address, out string? error));
        Assert.Null(address);
        Assert.Equal($"'{text}' is not an address ({reason}): expected tcp://host:port, unix:///path or unix://@name", error);
        if (text is not null)
        {
            Assert.Equal(error, Assert.Throws<FormatException>(() => NetAddress.Parse(text)).Message);
        }
    }

    [Fact]
    public void A_path_may_have_107_bytes_and_not_one_more()
    {
        Assert.Equal(s_longestPath, NetAddress.Parse("unix://" + s_longestPath).Path);
        Assert.Equal(s_longestPath, NetAddress.Unix(s_longestPath).Path);

        Assert.False(NetAddress.TryParse($"unix://{s_longestPath}p", out _, out string? error));
        Assert.Contains("the path is longer than 107 bytes", error, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => NetAddress.Unix(s_longestPath + "p"));

        // Bytes count, not characters: 54 times two of them.
        Assert.False(NetAddress.TryParse("unix:///" + new string('é', 54), out _, out error));
        Assert.Contains("the path is longer than 107 bytes", error, StringComparison.Ordinal);
        Assert.True(NetAddress.TryParse("unix:///" + new string('é', 53), out _, out _));
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NetAddress.Tcp("", 1));
        Assert.Throws<ArgumentException>(() => NetAddress.Tcp(" ", 1));
        Assert.Throws<ArgumentNullException>(() => NetAddress.Tcp(null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetAddress.Tcp("host", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetAddress.Tcp("host", 65536));
        Assert.Throws<ArgumentException>(() => NetAddress.Unix(""));
        Assert.Throws<ArgumentException>(() => NetAddress.Unix("/a\0b"));
    }

    [Fact]
    public void Equality_ignores_the_case_of_hosts_and_nothing_else()
    {
        NetAddress name = NetAddress.Parse("tcp://Host:80");
        Assert.True(name.Equals(NetAddress.Parse("tcp://hOST:80")));
        Assert.Equal(name.GetHashCode(), NetAddress.Parse("tcp://hOST:80").GetHashCode());
        Assert.False(name.Equals(NetAddress.Parse("tcp://Host:81")));
        Assert.False(name.Equals(NetAddress.Parse("tcp://Host2:80")));
        Assert.False(name.Equals(NetAddress.Unix("/Host")));
        Assert.False(name.Equals(null));
        Assert.False(name.Equals((object)"tcp://Host:80"));
        Assert.True(name.Equals((object)NetAddress.Tcp("host", 80)));

        Assert.Equal(NetAddress.Unix("/a").GetHashCode(), NetAddress.Parse("unix:///a").GetHashCode());
        Assert.NotEqual(NetAddress.Unix("/a"), NetAddress.Unix("/A"));
        Assert.NotEqual(NetAddress.Unix("/a"), NetAddress.Unix("@/a"));
    }

    [Fact]
    public void End_points_become_addresses()
    {
        Assert.Equal("tcp://1.2.3.4:5", NetAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("1.2.3.4"), 5)).ToString());
        Assert.Equal("tcp://[2001:db8::1]:5", NetAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("2001:db8:0:0::1"), 5)).ToString());
        Assert.Equal("tcp://1.2.3.4:5", NetAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("::ffff:1.2.3.4"), 5)).ToString());
        Assert.Equal("tcp://[fe80::1%7]:5", NetAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("fe80::1%7"), 5)).ToString());
        Assert.Equal("tcp://name:5", NetAddress.FromEndPoint(new DnsEndPoint("name", 5)).ToString());
        Assert.Equal("unix:///run/x", NetAddress.FromEndPoint(new UnixDomainSocketEndPoint("/run/x")).ToString());
        Assert.Equal("unix://@x", NetAddress.FromEndPoint(new UnixDomainSocketEndPoint("\0x")).ToString());
        Assert.Throws<NotSupportedException>(() => NetAddress.FromEndPoint(new UnknownEndPoint()));
    }

    [Fact]
    public void The_unnamed_end_of_a_unix_connection_is_unix_and_has_no_path()
    {
        Assert.True(NetAddress.UnnamedUnix.IsUnix);
        Assert.False(NetAddress.UnnamedUnix.IsAbstract);
        Assert.Equal("unix://", NetAddress.UnnamedUnix.ToString());
    }

    private sealed class UnknownEndPoint : EndPoint;
}
