using System.Net.Sockets;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>
/// The tables of what systems number differently, against the numbers of their headers: those of macOS in xnu's <c>bsd/sys</c> and <c>bsd/netinet</c>, those of
/// FreeBSD in its <c>sys/sys</c> and <c>sys/netinet</c>.
/// </summary>
public sealed class PlatformSpec
{
    private const int SolSocket = 0xFFFF;
    private const int Tcp = 6;
    private const int IPv6 = 41;

    [Fact]
    public void This_system_has_its_own_table() =>
        Assert.Equal(OperatingSystem.IsMacOS() ? 30 : OperatingSystem.IsFreeBSD() ? 28 : 10, Platform.Current.AF_INET6);

    [Fact]
    public void MacOS_numbers_its_options_so()
    {
        Platform mac = Platform.MacOS;
        Assert.Equal(30, mac.AF_INET6);
        Assert.Equal(new SocketOption(SolSocket, 0x0004), mac.SO_REUSEADDR);
        Assert.Equal(new SocketOption(SolSocket, 0x0008), mac.SO_KEEPALIVE);
        Assert.Equal(new SocketOption(SolSocket, 0x0080), mac.SO_LINGER);
        Assert.Equal(new SocketOption(SolSocket, 0x0200), mac.SO_REUSEPORT);
        Assert.Equal(new SocketOption(SolSocket, 0x1001), mac.SO_SNDBUF);
        Assert.Equal(new SocketOption(SolSocket, 0x1002), mac.SO_RCVBUF);
        Assert.Equal(new SocketOption(SolSocket, 0x1007), mac.SO_ERROR);
        Assert.Equal(new SocketOption(SolSocket, 0x1022), mac.SO_NOSIGPIPE);
        Assert.Equal(new SocketOption(Tcp, 0x01), mac.TCP_NODELAY);
        Assert.Equal(new SocketOption(Tcp, 0x10), mac.TCP_KEEPIDLE);
        Assert.Equal(new SocketOption(Tcp, 0x101), mac.TCP_KEEPINTVL);
        Assert.Equal(new SocketOption(Tcp, 0x102), mac.TCP_KEEPCNT);
        Assert.Equal(new SocketOption(IPv6, 27), mac.IPV6_V6ONLY);
        Assert.True(mac.IP_BIND_ADDRESS_NO_PORT.IsMissing);
        Assert.Equal(0x4, mac.O_NONBLOCK);
        Assert.Equal(0x1000000, mac.O_CLOEXEC);
        Assert.Equal((67, 8), (mac.F_DUPFD_CLOEXEC, mac.RLIMIT_NOFILE));
        Assert.Equal(0x100000 | 0x1000000, mac.OpenDirectory);
        Assert.Equal(KeventLayout.MacOS, mac.Kevent);
    }

    [Fact]
    public void FreeBSD_numbers_its_options_so()
    {
        Platform bsd = Platform.FreeBsd;
        Assert.Equal(28, bsd.AF_INET6);
        Assert.Equal(new SocketOption(SolSocket, 0x0004), bsd.SO_REUSEADDR);
        Assert.Equal(new SocketOption(SolSocket, 0x0008), bsd.SO_KEEPALIVE);
        Assert.Equal(new SocketOption(SolSocket, 0x0080), bsd.SO_LINGER);
        Assert.Equal(new SocketOption(SolSocket, 0x1001), bsd.SO_SNDBUF);
        Assert.Equal(new SocketOption(SolSocket, 0x1002), bsd.SO_RCVBUF);
        Assert.Equal(new SocketOption(SolSocket, 0x1007), bsd.SO_ERROR);
        Assert.Equal(new SocketOption(Tcp, 1), bsd.TCP_NODELAY);
        Assert.Equal(new SocketOption(Tcp, 0x100), bsd.TCP_KEEPIDLE);
        Assert.Equal(new SocketOption(Tcp, 0x200), bsd.TCP_KEEPINTVL);
        Assert.Equal(new SocketOption(Tcp, 0x400), bsd.TCP_KEEPCNT);
        Assert.Equal(new SocketOption(IPv6, 27), bsd.IPV6_V6ONLY);
        Assert.True(bsd.IP_BIND_ADDRESS_NO_PORT.IsMissing);
        Assert.Equal(0x4, bsd.O_NONBLOCK);
        Assert.Equal(0x100000, bsd.O_CLOEXEC);
        Assert.Equal((17, 8), (bsd.F_DUPFD_CLOEXEC, bsd.RLIMIT_NOFILE));
        Assert.Equal(0x20000 | 0x100000, bsd.OpenDirectory);
        Assert.Equal(KeventLayout.FreeBsd, bsd.Kevent);
    }

    [Fact]
    public void Only_FreeBSDs_balancing_option_spreads_connections()
    {
        Assert.Equal(new SocketOption(SolSocket, 0x10000), Platform.FreeBsd.SO_REUSEPORT);
        Assert.Equal(new SocketOption(1, 15), Platform.Linux.SO_REUSEPORT);
    }

    [Fact]
    public void No_send_of_any_system_raises_a_signal() =>
        Assert.All(
            new[] { Platform.Linux, Platform.MacOS, Platform.FreeBsd },
            platform => Assert.True(platform.MSG_NOSIGNAL != 0 || !platform.SO_NOSIGPIPE.IsMissing));

    [Fact]
    public void MacOS_makes_no_socket_ready_at_once_and_FreeBSD_does()
    {
        Assert.Equal(0, Platform.MacOS.SocketFlags);
        Assert.Equal(0x30000000, Platform.FreeBsd.SocketFlags);
        Assert.Equal(0x20000, Platform.FreeBsd.MSG_NOSIGNAL);
    }

    [Fact]
    public void Paths_are_shorter_and_names_are_files_where_Linux_is_not()
    {
        Assert.Equal((108, true), (Platform.Linux.UnixPathBytes, Platform.Linux.HasAbstractNames));
        Assert.Equal((104, false), (Platform.MacOS.UnixPathBytes, Platform.MacOS.HasAbstractNames));
        Assert.Equal((104, false), (Platform.FreeBsd.UnixPathBytes, Platform.FreeBsd.HasAbstractNames));
    }

    [Theory]
    [InlineData(35, Errno.EAGAIN, SocketError.WouldBlock)]
    [InlineData(36, Errno.EINPROGRESS, SocketError.InProgress)]
    [InlineData(4, Errno.EINTR, SocketError.Interrupted)]
    [InlineData(9, Errno.EBADF, SocketError.NotSocket)]
    [InlineData(24, Errno.EMFILE, SocketError.TooManyOpenSockets)]
    [InlineData(32, Errno.EPIPE, SocketError.Shutdown)]
    [InlineData(47, Errno.EAFNOSUPPORT, SocketError.AddressFamilyNotSupported)]
    [InlineData(48, Errno.EADDRINUSE, SocketError.AddressAlreadyInUse)]
    [InlineData(49, Errno.EADDRNOTAVAIL, SocketError.AddressNotAvailable)]
    [InlineData(50, Errno.ENETDOWN, SocketError.NetworkDown)]
    [InlineData(51, Errno.ENETUNREACH, SocketError.NetworkUnreachable)]
    [InlineData(53, Errno.ECONNABORTED, SocketError.ConnectionAborted)]
    [InlineData(54, Errno.ECONNRESET, SocketError.ConnectionReset)]
    [InlineData(55, Errno.ENOBUFS, SocketError.NoBufferSpaceAvailable)]
    [InlineData(57, Errno.ENOTCONN, SocketError.NotConnected)]
    [InlineData(60, Errno.ETIMEDOUT, SocketError.TimedOut)]
    [InlineData(61, Errno.ECONNREFUSED, SocketError.ConnectionRefused)]
    [InlineData(63, Errno.ENAMETOOLONG, SocketError.SocketError)]
    [InlineData(65, Errno.EHOSTUNREACH, SocketError.HostUnreachable)]
    public void The_error_numbers_of_both_are_known_by_ours(int native, int errno, SocketError name)
    {
        foreach (ErrorNumbers errors in new[] { Platform.MacOS.Errors!, Platform.FreeBsd.Errors! })
        {
            Assert.Equal(errno, errors.ToLinux(native));
            Assert.Equal(native, errors.ToNative(errno));
            Assert.Equal(name, Errno.ToSocketError(errors.ToLinux(native)));
        }
    }

    [Fact]
    public void Some_numbers_are_one_systems_own()
    {
        ErrorNumbers mac = Platform.MacOS.Errors!, bsd = Platform.FreeBsd.Errors!;
        Assert.Equal((Errno.ECANCELED, Errno.EPROTO, Errno.EOPNOTSUPP), (mac.ToLinux(89), mac.ToLinux(100), mac.ToLinux(102)));
        Assert.Equal((Errno.ECANCELED, Errno.EPROTO, Errno.EOPNOTSUPP), (bsd.ToLinux(85), bsd.ToLinux(92), bsd.ToLinux(45)));

        // EPROTOTYPE of a send while its connection is being torn down.
        Assert.Equal(Errno.EPIPE, mac.ToLinux(41));
        Assert.Equal(32, mac.ToNative(Errno.EPIPE));
    }

    [Fact]
    public void A_number_that_means_nothing_here_is_taken_for_no_other_and_comes_back()
    {
        foreach (ErrorNumbers errors in new[] { Platform.MacOS.Errors!, Platform.FreeBsd.Errors! })
        {
            // 11 is EDEADLK there and EAGAIN here; 104 and 111 are nobody's there, and ECONNRESET and ECONNREFUSED here.
            foreach (int native in new[] { 11, 62, 71, 104, 111 })
            {
                Assert.Equal(SocketError.SocketError, Errno.ToSocketError(errors.ToLinux(native)));
                Assert.Equal(native, errors.ToNative(errors.ToLinux(native)));
            }
        }
    }

    [Fact]
    public void Linux_numbers_are_used_as_they_are()
    {
        Assert.Null(Platform.Linux.Errors);
        Assert.Null(Platform.Linux.Kevent);
    }
}
