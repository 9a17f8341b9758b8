using System.Text;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>The bookkeeping of reads and writes. The numbers in the names are those of the conformance table.</summary>
public sealed class LinkBufferSpec : BufferSpec
{
    [Fact]
    public void C19_Lengths_follow_every_step()
    {
        LinkBuffer buffer = NewBuffer();
        Assert.Equal(0, buffer.Length);
        Assert.Throws<InvalidOperationException>(() => buffer.Next(10).Length);

        buffer.Malloc(128);
        Assert.True(buffer.IsEmpty);
        Assert.Equal(128, buffer.MallocLength);
        Assert.Throws<InvalidOperationException>(() => buffer.Peek(10).Length);

        buffer.Flush();
        Assert.Equal((128, 0), (buffer.Length, buffer.MallocLength));
        Assert.Equal(28, buffer.Next(28).Length);
        Assert.Equal(100, buffer.Length);
        Assert.Equal(90, buffer.Peek(90).Length);
        Assert.Equal(100, buffer.Length);
        buffer.Release();
        Assert.Equal(100, buffer.Length);

        buffer.Malloc(8192);
        buffer.MallocAck(1024);
        Assert.Equal((100, 1024), (buffer.Length, buffer.MallocLength));
        buffer.Flush();
        Assert.Equal((1124, 0), (buffer.Length, buffer.MallocLength));
        Assert.Equal(2, buffer.GetWriteVectors(new IoVector[16]));

        buffer.Skip(1024);
        Assert.Equal(100, buffer.Length);
    }

    [Fact]
    public void C20_Write_vectors_cover_what_was_written()
    {
        LinkBuffer buffer = NewBuffer();
        var written = new List<byte>();
        for (int length = 1; length <= 1_000_000; length *= 10)
        {
            byte[] chunk = Count(length, length);
            Assert.Equal(length, buffer.WriteBinary(chunk));
            written.AddRange(chunk);
        }

        buffer.Flush();

        Assert.Equal(written.Count, buffer.Length);
        Assert.Equal(written, Send(buffer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(-3)]
    [InlineData(-4)]
    [InlineData(int.MinValue)]
    public void C21_Counts_of_zero_and_less_do_nothing(int n)
    {
        foreach (LinkBuffer buffer in new[] { NewBuffer(), Chain(Count(3), Count(3)) })
        {
            long length = buffer.Length;
            Assert.Equal(0, buffer.Malloc(n).Length);
            Assert.Equal(0, buffer.WriteString(""));
            Assert.Equal(0, buffer.WriteBinary(ReadOnlySpan<byte>.Empty));
            Assert.Equal(0, buffer.WriteBinary(Array.Empty<byte>()));
            buffer.WriteDirect(ReadOnlyMemory<byte>.Empty, n);
            buffer.Append((LinkBuffer?)null);
            if (n < 0)
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => buffer.MallocAck(n));
            }
            else
            {
                buffer.MallocAck(n);
            }

            buffer.Flush();
            Assert.Equal(0, buffer.Next(n).Length);
            Assert.Equal(0, buffer.Peek(n).Length);
            Assert.True(buffer.TryNext(n, out _));
            Assert.True(buffer.TryPeek(n, out _));
            buffer.Skip(n);
            Assert.Equal("", buffer.ReadString(n));
            Assert.Empty(buffer.ReadBinary(n));
            Assert.True(buffer.AsSequence(n).IsEmpty);
            using (BufferSlice slice = buffer.Slice(n))
            {
                Assert.Equal(0, slice.Length);
            }

            buffer.Release();
            Assert.Equal((length, 0), (buffer.Length, buffer.MallocLength));
        }
    }

    [Fact]
    public void C22_Reads_run_across_blocks()
    {
        LinkBuffer buffer = Chain(Count(15), Count(7, 15));

        Assert.Equal(Count(13), buffer.Next(13).ToArray());
        Assert.Equal(Count(4, 13), buffer.Peek(4).ToArray());
        Assert.Equal(Count(3, 13), buffer.Peek(3).ToArray());
        Assert.Equal(Count(5, 13), buffer.Peek(5).ToArray());
        Assert.Equal(Count(6, 13), buffer.Peek(6).ToArray());
        Assert.Equal(9, buffer.Length);

        Receive(buffer, Count(4, 22));
        Assert.Equal(Count(8, 13), buffer.Next(8).ToArray());
        buffer.Skip(3);
        Assert.Equal(24, buffer.ReadByte());
        Assert.Equal(25, buffer.ReadByte());
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void C23_A_slice_keeps_its_bytes_when_the_buffer_releases_them()
    {
        LinkBuffer source = NewBuffer();
        source.WriteBinary(Count(8192).AsSpan());
        source.WriteBinary(Count(7).AsSpan());
        source.Flush();
        LinkBuffer buffer = NewBuffer();
        buffer.Append(source);
        buffer.Flush();
        Assert.Equal(8199, buffer.Length);

        buffer.Next(5);
        BufferSlice inOne = buffer.Slice(4);
        BufferSlice inTwo = buffer.Slice(8192 - 9 + 3);
        buffer.Release();
        Assert.Equal(4, buffer.Length);
        buffer.Dispose();
        Assert.Equal(2, Pool.GetStatistics().Outstanding);

        Assert.Equal(Count(4, 5), inOne.FirstSpan.ToArray());
        Assert.False(inTwo.IsSingleSegment);
        var copy = new byte[inTwo.Length];
        inTwo.CopyTo(copy);
        Assert.Equal(Count(8192)[9..].Concat(Count(3)), copy);
        inTwo.Dispose();
        Assert.Equal(1, Pool.GetStatistics().Outstanding);
        inOne.Dispose();
        Assert.Equal(0, Pool.GetStatistics().Outstanding);
    }

    [Fact]
    public void C24_New_writes_do_not_touch_a_slices_bytes()
    {
        LinkBuffer buffer = NewBuffer();
        buffer.WriteByte(1);
        buffer.Flush();
        using BufferSlice slice = buffer.Slice(1);
        buffer.Release();
        buffer.WriteByte(2);
        buffer.Flush();

        Assert.Equal(1, slice.FirstSpan[0]);
    }

    [Fact]
    public void C25_Appended_buffers_come_in_order()
    {
        LinkBuffer first = NewBuffer();
        LinkBuffer second = NewBuffer();
        LinkBuffer target = NewBuffer();
        first.WriteByte(2);
        first.Flush();
        second.WriteByte(3);
        second.Flush();

        target.Append(first);
        target.Append(second);
        Assert.True(target.IsEmpty);
        target.Flush();

        Assert.Equal([2, 3], Send(target));
        Assert.Equal(0, first.Length);
    }

    [Fact]
    public void C26_Blocks_without_bytes_are_stepped_over()
    {
        LinkBuffer buffer = NewBuffer();
        buffer.Malloc(4096);
        buffer.MallocAck(0);
        buffer.Malloc(8192);
        Assert.False(buffer.TryPeek(1, out _));
        buffer.Flush();

        Assert.Equal(8192, buffer.Peek(8192).Length);
        Assert.False(buffer.TryPeek(8193, out _));
        Assert.True(buffer.AsSequence().IsSingleSegment);
    }

    [Fact]
    public void C27_Flushing_nothing_new_changes_nothing()
    {
        LinkBuffer buffer = NewBuffer();
        Span<byte> space = buffer.Malloc(4);
        space.Clear();
        (space[0], space[2]) = (1, 2);
        buffer.Flush();
        buffer.Flush();
        Assert.Equal([1, 0, 2, 0], buffer.Peek(4).ToArray());

        buffer.Skip(2);
        Assert.Equal([2, 0], buffer.Peek(2).ToArray());
        buffer.Flush();
        Assert.Equal(2, buffer.Length);

        Span<byte> more = buffer.Malloc(2);
        (more[0], more[1]) = (3, 4);
        buffer.Flush();
        Assert.Equal([2, 0, 3, 4], buffer.Peek(4).ToArray());
    }

    [Fact]
    public void C28_The_spare_part_of_a_callers_array_is_never_written()
    {
        var array = new byte[16 * 1024];
        LinkBuffer buffer = NewBuffer();
        buffer.WriteBinary(array.AsMemory(0, 9000));
        buffer.Flush();
        buffer.WriteBinary([1]);
        buffer.Malloc(1)[0] = 2;
        buffer.GetSpan(1)[0] = 3;
        buffer.Advance(1);
        buffer.WriteBinary(Count(100, 1).AsSpan());
        buffer.Flush();
        Receive(buffer, Count(100, 1));

        Assert.All(array, b => Assert.Equal(0, b));
    }

    [Fact]
    public void C29_Inserted_memory_comes_before_the_remaining_bytes()
    {
        LinkBuffer buffer = NewBuffer();
        Span<byte> space = buffer.Malloc(32);
        "ab"u8.CopyTo(space);
        buffer.WriteDirect(Encoding.UTF8.GetBytes("cdef"), 30);
        space[2] = (byte)'g';
        buffer.WriteDirect(Encoding.UTF8.GetBytes("hijkl"), 29);
        space[3] = (byte)'m';
        buffer.WriteDirect(Encoding.UTF8.GetBytes("nopqrst"), 28);
        space[4] = (byte)'u';
        buffer.WriteDirect(Encoding.UTF8.GetBytes("vwxyz"), 27);
        "abcdefghijklmnopqrstuvwxyza"u8.CopyTo(space[5..]);
        buffer.WriteDirect(Encoding.UTF8.GetBytes("abcdefghijklmnopqrstuvwxyz"), 0);
        Assert.Equal(32 + 4 + 5 + 7 + 5 + 26, buffer.MallocLength);
        buffer.Flush();

        const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
        Assert.Equal(Alphabet + Alphabet + "a" + Alphabet, buffer.ReadString((int)buffer.Length));
    }

    [Fact]
    public void C35_Only_the_acknowledged_bytes_are_kept()
    {
        LinkBuffer buffer = NewBuffer();
        Count(16).CopyTo(buffer.Malloc(64));
        buffer.WriteDirect(Count(8, 100), 48);
        Assert.Equal(72, buffer.MallocLength);

        buffer.MallocAck(20);
        Assert.Equal(20, buffer.MallocLength);
        buffer.Flush();

        Assert.Equal(Count(16).Concat(Count(4, 100)), Send(buffer));
    }

    [Fact]
    public void Acknowledging_more_than_is_reserved_is_refused()
    {
        LinkBuffer buffer = NewBuffer();
        buffer.Malloc(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.MallocAck(5));
        buffer.MallocAck(4);
        Assert.Equal(4, buffer.MallocLength);
    }
}
