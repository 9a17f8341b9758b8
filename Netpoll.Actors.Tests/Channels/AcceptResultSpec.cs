using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>What an accept's error number means for a listener: wait, go on, or back off.</summary>
public sealed class AcceptResultSpec
{
    [Theory]
    [InlineData(0, false, false, false)]
    [InlineData(Errno.EAGAIN, true, false, false)]
    [InlineData(Errno.ECONNABORTED, false, true, false)]
    [InlineData(Errno.EPROTO, false, true, false)]
    [InlineData(Errno.EPERM, false, true, false)]
    [InlineData(Errno.ENETDOWN, false, true, false)]
    [InlineData(Errno.ENETUNREACH, false, true, false)]
    [InlineData(Errno.EHOSTUNREACH, false, true, false)]
    [InlineData(Errno.ETIMEDOUT, false, true, false)]
    [InlineData(Errno.EMFILE, false, false, true)]
    [InlineData(Errno.ENFILE, false, false, true)]
    [InlineData(Errno.ENOBUFS, false, false, true)]
    [InlineData(Errno.ENOMEM, false, false, true)]
    [InlineData(Errno.EBADF, false, false, false)]
    [InlineData(Errno.EINVAL, false, false, false)]
    public void Each_error_is_of_one_kind(int errno, bool wouldBlock, bool isLost, bool isExhausted)
    {
        AcceptResult result = new(null, null, errno);
        Assert.Equal((wouldBlock, isLost, isExhausted), (result.WouldBlock, result.IsLostConnection, result.IsExhausted));
    }

    [Fact]
    public void An_error_describes_itself_with_its_number() =>
        Assert.Equal("Too many open files (errno 24)", new AcceptResult(null, null, Errno.EMFILE).Describe());
}
