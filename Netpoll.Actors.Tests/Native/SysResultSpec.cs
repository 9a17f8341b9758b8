using System.Runtime.InteropServices;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>A system call's outcome: a value or an error number, never both.</summary>
public sealed class SysResultSpec
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void A_value_is_no_error(int value)
    {
        foreach (SysResult result in new[] { SysResult.Success(value), SysResult.From(value) })
        {
            Assert.False(result.IsError);
            Assert.False(result.WouldBlock);
            Assert.Equal((value, 0), (result.Value, result.Errno));
        }
    }

    [Fact]
    public void Nothing_said_is_success() => Assert.Equal((false, 0), (default(SysResult).IsError, SysResult.Success().Value));

    [Theory]
    [InlineData(Errno.EPERM, false)]
    [InlineData(Errno.EAGAIN, true)]
    [InlineData(Errno.EHOSTUNREACH, false)]
    public void A_negative_return_takes_the_error_number_that_the_call_has_left(int errno, bool wouldBlock)
    {
        Marshal.SetLastPInvokeError(errno);
        SysResult result = SysResult.From(-1);
        Assert.True(result.IsError);
        Assert.Equal(errno, result.Errno);
        Assert.Equal(wouldBlock, result.WouldBlock);
        Assert.Equal(errno, SysResult.Failure(errno).Errno);
    }

    [Fact]
    public void A_stale_error_number_does_not_spoil_a_success()
    {
        Marshal.SetLastPInvokeError(Errno.EINTR);
        Assert.False(SysResult.From(0).IsError);
        Assert.False(SysResult.Interrupted(0));
        Assert.False(SysResult.Interrupted(7));
    }

    [Fact]
    public void Only_a_failure_with_the_signal_number_was_interrupted()
    {
        Marshal.SetLastPInvokeError(Errno.EINTR);
        Assert.True(SysResult.Interrupted(-1));
        Marshal.SetLastPInvokeError(Errno.EAGAIN);
        Assert.False(SysResult.Interrupted(-1));
    }
}
