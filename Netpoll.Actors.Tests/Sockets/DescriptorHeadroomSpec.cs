using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>Which descriptors are kept from connections, by the limit.</summary>
public sealed class DescriptorHeadroomSpec
{
    [Theory]
    [InlineData(1_048_576, 16)]
    [InlineData(1024, 16)]
    [InlineData(128, 16)]
    [InlineData(127, 15)]
    [InlineData(64, 8)]
    [InlineData(8, 1)]
    [InlineData(7, 0)]
    [InlineData(0, 0)]
    public void The_last_sixteen_are_kept_or_an_eighth_of_a_small_limit(int limit, int size)
    {
        DescriptorHeadroom headroom = new(limit);
        Assert.Equal(size, headroom.Size);
        Assert.True(headroom.Has(limit - size));
        Assert.False(headroom.Has(limit - size - 1));
    }

    [Theory]
    [InlineData(512, 1, true)]
    [InlineData(511, 1, false)]
    [InlineData(511, 496, false)]
    [InlineData(511, 497, true)]
    [InlineData(0, int.MaxValue, true)]
    public void Those_of_the_upper_half_are_near_and_those_from_which_the_next_few_reach_the_last(int descriptor, int next, bool isNear) =>
        Assert.Equal(isNear, new DescriptorHeadroom(1024).IsNear(descriptor, next));

    [Fact]
    public void The_limit_is_that_of_the_process()
    {
        string limits = File.ReadAllText("/proc/self/limits");
        string soft = limits.Split('\n').First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.Equal(soft == "unlimited" ? int.MaxValue : Math.Min(long.Parse(soft, null), int.MaxValue), ResourceLimits.GetDescriptors().Value);
    }

    [Fact]
    public void Asking_for_one_more_leaves_none_open()
    {
        Assert.Equal(0, Pipe.Create(out int readingEnd, out int writingEnd).Errno);
        Assert.False(DescriptorHeadroom.Probe(writingEnd).IsError);
        SocketCalls.Close(writingEnd);

        // A pipe is at its end when nobody has its other end: neither a duplicate.
        Assert.False(Pipe.Read(readingEnd).WouldBlock);
        SocketCalls.Close(readingEnd);
        Assert.Equal(Errno.EBADF, DescriptorHeadroom.Probe(-1).Errno);
    }
}
