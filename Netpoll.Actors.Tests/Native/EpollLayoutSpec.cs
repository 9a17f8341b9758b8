using System.Runtime.InteropServices;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>The two shapes of the kernel's event structure. Both are tested wherever the tests run.</summary>
public sealed unsafe class EpollLayoutSpec
{
    private const uint Events = 0x8000_2001;
    private const ulong Data = 0xF1F2_F3F4_F5F6_F7F8;

    [Fact]
    public void The_packed_layout_is_twelve_bytes_with_the_data_right_behind_the_events() =>
        AssertLayout(EpollLayout.Packed, stride: 12, dataOffset: 4);

    [Fact]
    public void The_natural_layout_is_sixteen_bytes_with_the_data_aligned_to_eight() =>
        AssertLayout(EpollLayout.Natural, stride: 16, dataOffset: 8);

    [Fact]
    public void The_current_layout_is_packed_on_x64_and_natural_elsewhere() =>
        Assert.Equal(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16, EpollLayout.Current.Stride);

    [Fact]
    public void No_layout_is_larger_than_the_room_that_is_kept_for_one_event() =>
        Assert.Equal(EpollLayout.MaxStride, Math.Max(EpollLayout.Packed.Stride, EpollLayout.Natural.Stride));

    [Fact]
    public void Events_that_the_kernel_fills_are_found_by_their_index()
    {
        const int Capacity = 5;
        using EpollEvents events = new(Capacity);
        EpollLayout layout = EpollLayout.Current;
        Assert.Equal(Capacity, events.Capacity);
        for (int i = 0; i < Capacity; i++)
        {
            layout.Write(events.Pointer + (i * layout.Stride), (uint)i, ulong.MaxValue - (ulong)i);
        }

        for (int i = 0; i < Capacity; i++)
        {
            Assert.Equal((uint)i, events.EventsAt(i));
            Assert.Equal(ulong.MaxValue - (ulong)i, events.DataAt(i));
        }
    }

    [Fact]
    public void Disposing_the_events_twice_is_harmless()
    {
        EpollEvents events = new(1);
        events.Dispose();
        events.Dispose();
        Assert.True(events.Pointer is null);
    }

    private static void AssertLayout(EpollLayout layout, int stride, int dataOffset)
    {
        Assert.Equal(stride, layout.Stride);
        byte[] bytes = new byte[3 * stride];
        Array.Fill(bytes, (byte)0xAA);
        fixed (byte* entries = bytes)
        {
            byte* middle = entries + stride;
            layout.Write(middle, Events, Data);
            Assert.Equal(Events, EpollLayout.ReadEvents(middle));
            Assert.Equal(Data, layout.ReadData(middle));
        }

        Assert.Equal(Events, BitConverter.ToUInt32(bytes, stride));
        Assert.Equal(Data, BitConverter.ToUInt64(bytes, stride + dataOffset));
        Assert.All(bytes[..stride], untouched => Assert.Equal(0xAA, untouched));
        Assert.All(bytes[(2 * stride)..], untouched => Assert.Equal(0xAA, untouched));
    }
}
