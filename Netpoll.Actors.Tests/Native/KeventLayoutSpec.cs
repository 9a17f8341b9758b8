using System.Buffers.Binary;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary><c>struct kevent</c>, byte for byte, as the two systems' <c>sys/event.h</c> lay it out in a 64-bit process.</summary>
public sealed unsafe class KeventLayoutSpec
{
    private static readonly Kevent s_kevent = new(0x0102_0304, Kqueue.EVFILT_WRITE, 0x8021, 0xA1B2_C3D4, -2);

    [Theory]
    [InlineData("macOS", 32)]
    [InlineData("FreeBSD", 64)]
    public void An_entry_is_laid_out_as_the_header_says(string system, int bytes)
    {
        KeventLayout layout = Of(system);
        Assert.Equal(bytes, layout.Stride);
        byte[] entry = Written(layout, s_kevent);

        Assert.Equal(0x0102_0304L, BinaryPrimitives.ReadInt64LittleEndian(entry));
        Assert.Equal(-2, BinaryPrimitives.ReadInt16LittleEndian(entry.AsSpan(8)));
        Assert.Equal(0x8021, BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(10)));
        Assert.Equal(0xA1B2_C3D4, BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(12)));
        Assert.Equal(-2L, BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(16)));

        // udata, and ext of FreeBSD: nobody's, and so zero.
        Assert.All(entry[24..bytes], rest => Assert.Equal(0, rest));
    }

    [Theory]
    [InlineData("macOS")]
    [InlineData("FreeBSD")]
    public void Nothing_is_written_behind_an_entry(string system)
    {
        KeventLayout layout = Of(system);
        Assert.All(Written(layout, s_kevent)[layout.Stride..], untouched => Assert.Equal(0xEE, untouched));
        Assert.True(layout.Stride <= KeventLayout.MaxStride);
    }

    [Theory]
    [InlineData("macOS")]
    [InlineData("FreeBSD")]
    public void A_list_gives_back_what_was_put_in(string system)
    {
        using KeventList list = new(Of(system), 3);
        Kevent other = new(7, Kqueue.EVFILT_READ, Kqueue.EV_ADD);
        list.Add(s_kevent);
        list.Add(other);
        list.Add(s_kevent);
        Assert.Equal([s_kevent, other, s_kevent], Enumerable.Range(0, list.Count).Select(i => list[i]));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Add(other));
    }

    [Fact]
    public void The_users_filter_has_another_number_on_each() =>
        Assert.Equal((-10, -11), (KeventLayout.MacOS.EVFILT_USER, KeventLayout.FreeBsd.EVFILT_USER));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(1, 0, 1_000_000)]
    [InlineData(61_250, 61, 250_000_000)]
    public void A_time_is_seconds_and_nanoseconds(int millis, long seconds, long nanoseconds)
    {
        KeventTimeout timeout = KeventTimeout.FromMillis(millis);
        Assert.Equal((seconds, nanoseconds), (timeout.Seconds, timeout.Nanoseconds));
        Assert.Equal(16, sizeof(KeventTimeout));
    }

    private static KeventLayout Of(string system) => system == "macOS" ? KeventLayout.MacOS : KeventLayout.FreeBsd;

    private static byte[] Written(KeventLayout layout, Kevent value)
    {
        byte[] entry = new byte[80];
        entry.AsSpan().Fill(0xEE);
        fixed (byte* pointer = entry)
        {
            layout.Write(pointer, value);
        }

        return entry;
    }
}
