using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>The descriptors of these reserves are the writing ends of pipes: whether they are open is what the reading ends tell.</summary>
public sealed class DescriptorReserveSpec : IDisposable
{
    private readonly List<int> _readingEnds = [];
    private int _allowed = int.MaxValue;
    private int _error = Errno.EMFILE;

    [Fact]
    public void It_holds_its_descriptors_until_they_are_released()
    {
        using DescriptorReserve reserve = new(3, Open);
        Assert.Equal([true, true, true], AreOpen());
        Assert.True(reserve.TryTake());
        Assert.Equal(3, _readingEnds.Count);

        reserve.Release();
        Assert.Equal([false, false, false], AreOpen());
        reserve.Release();

        Assert.True(reserve.TryTake());
        Assert.Equal([false, false, false, true, true, true], AreOpen());
    }

    [Theory]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ENOMEM)]
    public void What_cannot_be_taken_whole_is_not_taken_at_all(int error)
    {
        (_allowed, _error) = (2, error);
        using DescriptorReserve reserve = new(3, Open);
        Assert.False(reserve.TryTake());
        Assert.DoesNotContain(true, AreOpen());

        _allowed = int.MaxValue;
        Assert.True(reserve.TryTake());
        Assert.Equal(3, AreOpen().Count(isOpen => isOpen));
    }

    [Fact]
    public void Where_there_can_be_none_nobody_waits_for_it()
    {
        (_allowed, _error) = (0, Errno.ENOENT);
        using DescriptorReserve reserve = new(3, Open);
        Assert.True(reserve.TryTake());
    }

    [Fact]
    public void Disposed_it_keeps_nothing_back()
    {
        DescriptorReserve reserve = new(3, Open);
        reserve.Dispose();
        Assert.True(reserve.TryTake());
        Assert.Equal([false, false, false], AreOpen());
    }

    [Fact]
    public void It_keeps_one_descriptor_at_least() => Assert.Throws<ArgumentOutOfRangeException>(() => new DescriptorReserve(0));

    public void Dispose() => _readingEnds.ForEach(end => SocketCalls.Close(end));

    private SysResult Open()
    {
        if (_allowed-- <= 0)
        {
            return SysResult.Failure(_error);
        }

        Assert.False(Pipe.Create(out int readingEnd, out int writingEnd).IsError);
        _readingEnds.Add(readingEnd);
        return SysResult.Success(writingEnd);
    }

    // An open pipe would have to be waited for; a closed one is at its end.
    private List<bool> AreOpen() => [.. _readingEnds.Select(end => Pipe.Read(end).WouldBlock)];
}
