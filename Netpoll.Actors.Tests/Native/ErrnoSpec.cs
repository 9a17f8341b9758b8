using System.Net.Sockets;
using System.Reflection;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>Linux' error numbers and the names that .NET users know them by.</summary>
public sealed class ErrnoSpec
{
    public static TheoryData<int, SocketError> Names => new()
    {
        { 0, SocketError.Success },
        { Errno.EAGAIN, SocketError.WouldBlock },
        { Errno.EINTR, SocketError.Interrupted },
        { Errno.EPERM, SocketError.AccessDenied },
        { Errno.EACCES, SocketError.AccessDenied },
        { Errno.EROFS, SocketError.AccessDenied },
        { Errno.EBADF, SocketError.NotSocket },
        { Errno.EINVAL, SocketError.InvalidArgument },
        { Errno.EMFILE, SocketError.TooManyOpenSockets },
        { Errno.ENFILE, SocketError.TooManyOpenSockets },
        { Errno.ENOMEM, SocketError.NoBufferSpaceAvailable },
        { Errno.ENOBUFS, SocketError.NoBufferSpaceAvailable },
        { Errno.ENOENT, SocketError.AddressNotAvailable },
        { Errno.EPIPE, SocketError.Shutdown },
        { Errno.EAFNOSUPPORT, SocketError.AddressFamilyNotSupported },
        { Errno.EADDRINUSE, SocketError.AddressAlreadyInUse },
        { Errno.EADDRNOTAVAIL, SocketError.AddressNotAvailable },
        { Errno.ENETDOWN, SocketError.NetworkDown },
        { Errno.ENETUNREACH, SocketError.NetworkUnreachable },
        { Errno.ECONNABORTED, SocketError.ConnectionAborted },
        { Errno.ECONNRESET, SocketError.ConnectionReset },
        { Errno.ENOTCONN, SocketError.NotConnected },
        { Errno.ETIMEDOUT, SocketError.TimedOut },
        { Errno.ECONNREFUSED, SocketError.ConnectionRefused },
        { Errno.EHOSTUNREACH, SocketError.HostUnreachable },
        { Errno.EINPROGRESS, SocketError.InProgress },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void An_error_number_has_the_portable_name(int errno, SocketError name) => Assert.Equal(name, Errno.ToSocketError(errno));

    [Theory]
    [InlineData(Errno.EPROTO)]
    [InlineData(Errno.ENAMETOOLONG)]
    [InlineData(4095)]
    [InlineData(-1)]
    public void A_number_without_a_name_is_an_unspecific_error_and_never_success(int errno) =>
        Assert.Equal(SocketError.SocketError, Errno.ToSocketError(errno));

    [Fact]
    public void Every_number_that_the_code_knows_is_another_error_to_the_c_library()
    {
        int[] known = [.. typeof(Errno).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!)];
        Assert.True(known.Length >= 25);
        Assert.Equal(known.Length, known.Distinct().Count());
        Assert.All(known, errno => Assert.DoesNotContain("Unknown", Errno.Describe(errno), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(Errno.EADDRINUSE, "Address already in use")]
    [InlineData(Errno.ECONNREFUSED, "Connection refused")]
    [InlineData(Errno.EMFILE, "Too many open files")]
    public void A_number_is_described_in_the_c_librarys_words(int errno, string sentence) => Assert.Equal(sentence, Errno.Describe(errno));
}
