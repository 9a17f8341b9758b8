using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers.Regressions;

/// <summary>Faults that users of netpoll met in its buffers. The numbers are those of its issues and pull requests.</summary>
public sealed class BufferRegressionSpec : BufferSpec
{
    [Fact]
    public void N143_Two_connections_never_share_a_block()
    {
        // A block with a slice still out must not be given to another buffer when the first one lets go of it.
        LinkBuffer first = NewBuffer();
        Receive(first, Count(100));
        using BufferSlice slice = first.Slice(100);
        using BufferSlice same = slice.Retain();
        first.Release();
        slice.Dispose();
        slice.Dispose();

        for (int i = 0; i < 10; i++)
        {
            Receive(NewBuffer(), Count(8000, 99));
        }

        Assert.Equal(Count(100), same.FirstSpan.ToArray());
    }

    [Fact]
    public void N179_Lengths_beyond_2_GiB_do_not_overflow()
    {
        using var memory = new HugeMemory(1 << 30);
        LinkBuffer buffer = NewBuffer();
        for (int i = 0; i < 5; i++)
        {
            buffer.WriteDirect(memory.Memory, 0);
        }

        Assert.Equal(5L << 30, buffer.MallocLength);
        buffer.Flush();
        Assert.Equal(5L << 30, buffer.Length);
        Assert.Equal(5L << 30, buffer.AsSequence().Length);
        buffer.Skip(3L << 30);
        Assert.Equal(2L << 30, buffer.Length);
        buffer.Release();
        buffer.Skip(2L << 30);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void N196_No_system_call_is_given_more_than_2_GiB()
    {
        using var memory = new HugeMemory(1 << 30);
        LinkBuffer buffer = NewBuffer();
        buffer.WriteDirect(memory.Memory, 0);
        buffer.WriteDirect(memory.Memory, 0);
        buffer.WriteDirect(memory.Memory, 0);
        buffer.Flush();

        var vectors = new IoVector[8];
        var sums = new List<long>();
        while (buffer.GetWriteVectors(vectors) is var count and > 0)
        {
            long sum = vectors[..count].Sum(static v => (long)v.Length);
            sums.Add(sum);
            buffer.Skip(sum);
            buffer.Release();
        }

        Assert.Equal([int.MaxValue, (3L << 30) - int.MaxValue], sums);
    }

    [Fact]
    public void N212_An_interrupted_read_commits_nothing()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(10));
        for (int i = 0; i < 100; i++)
        {
            buffer.GetReadVectors(new IoVector[2], out _);
            Assert.Throws<InvalidOperationException>(() => buffer.CommitRead(-1));
            buffer.CommitRead(0);
        }

        Assert.Equal(8192, buffer.HeldBytes());
        Receive(buffer, Count(10, 10));
        Assert.Equal(Count(20), buffer.ReadBinary(20));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    public void N250_Inserting_counts_everything_that_was_reserved(int remain)
    {
        // Mixed with other writes: what the remaining bytes count back over is all that was reserved, in whatever node it lies.
        LinkBuffer buffer = NewBuffer();
        Count(4).CopyTo(buffer.Malloc(4));
        buffer.WriteString("ab");
        buffer.WriteDirect(Encoding.UTF8.GetBytes("XY"), 1);
        Count(2, 50).CopyTo(buffer.Malloc(2));
        byte[] before = [0, 1, 2, 3, (byte)'a', (byte)'X', (byte)'Y', (byte)'b', 50, 51];

        buffer.WriteDirect(Encoding.UTF8.GetBytes("--"), remain);
        buffer.Flush();

        byte[] expected = [.. before[..(10 - remain)], (byte)'-', (byte)'-', .. before[(10 - remain)..]];
        Assert.Equal(expected, buffer.ReadBinary(12));
    }

    [Fact]
    public void N250_Inserting_before_more_than_is_reserved_is_refused()
    {
        LinkBuffer buffer = NewBuffer();
        buffer.Malloc(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.WriteDirect(Count(1), 5));
        Assert.Equal(4, buffer.MallocLength);
    }

    [Fact]
    public void N282_Frames_merged_from_many_buffers_stay_whole()
    {
        LinkBuffer merged = NewBuffer();
        var random = new Random(282);
        int[] sizes = [.. Enumerable.Range(0, 400).Select(_ => random.Next(20) == 0 ? random.Next(20_000) : random.Next(700))];
        foreach (int size in sizes)
        {
            LinkBuffer one = NewBuffer();
            BinaryPrimitives.WriteInt32BigEndian(one.Malloc(4), size);
            one.WriteBinary(Count(size, size));
            if (size % 2 == 0)
            {
                one.Flush();
            }

            merged.Append(one);
            one.Dispose();
        }

        merged.Flush();
        LinkBuffer received = NewBuffer();
        byte[] sent = Send(merged);
        for (int at = 0; at < sent.Length;)
        {
            at += Receive(received, sent.AsSpan(at));
        }

        foreach (int size in sizes)
        {
            Assert.Equal(size, BinaryPrimitives.ReadInt32BigEndian(received.Next(4)));
            Assert.Equal(Count(size, size), received.ReadBinary(size));
        }
    }

    [Fact]
    public void N315_What_a_reader_was_shown_does_not_change_before_the_release()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(4000));
        ReadOnlySequence<byte> shown = buffer.AsSequence(2000);
        ReadOnlySpan<byte> next = buffer.Next(2000);
        buffer.Read(new byte[2000]);
        for (int i = 0; i < 5; i++)
        {
            Receive(buffer, Count(8000, 200));
            buffer.Read(new byte[8000]);
        }

        Assert.Equal(Count(2000), next.ToArray());
        Assert.Equal(Count(2000), shown.ToArray());
        buffer.Release();
    }

    [Fact]
    public void N335_Peeking_ever_more_takes_memory_in_proportion()
    {
        LinkBuffer buffer = NewBuffer();
        for (int i = 0; i < 1000; i++)
        {
            Receive(buffer, Count(1000));
        }

        long before = buffer.HeldBytes();
        for (int n = 1; n <= 1_000_000; n += 997)
        {
            buffer.Peek(n);
        }

        // The last copy is of 1 MiB, and all that it outgrew are less than that.
        Assert.InRange(buffer.HeldBytes() - before, 0, 2 * 1024 * 1024);
        buffer.Release();
        Assert.Equal(before, buffer.HeldBytes());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(5000)]
    public void N393_The_first_bytes_are_kept_and_the_last_ones_dropped(int kept)
    {
        LinkBuffer buffer = NewBuffer();
        buffer.WriteByte(200);
        buffer.Flush();
        Count(4000).CopyTo(buffer.Malloc(4000));
        Count(2000, 4000).CopyTo(buffer.Malloc(2000));
        buffer.MallocAck(kept);
        Assert.Equal(kept, buffer.MallocLength);
        buffer.WriteByte(201);
        buffer.Flush();

        Assert.Equal([200, .. Count(kept), 201], buffer.ReadBinary(kept + 2));
    }

    [Fact]
    public void N408_N416_A_disposed_buffer_refuses_and_never_crashes()
    {
        LinkBuffer buffer = NewBuffer();
        buffer.WriteBinary(Count(10));
        buffer.Flush();
        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal((0, 0), (buffer.Length, buffer.MallocLength));
        Assert.Throws<ObjectDisposedException>(() => buffer.Malloc(1).Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.GetSpan(1).Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.GetMemory(1).Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.WriteBinary(Count(5000)));
        Assert.Throws<ObjectDisposedException>(() => buffer.WriteBinary(Count(5).AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => buffer.WriteString("a"));
        Assert.Throws<ObjectDisposedException>(() => buffer.WriteByte(1));
        Assert.Throws<ObjectDisposedException>(() => buffer.WriteDirect(Count(1), 0));
        Assert.Throws<ObjectDisposedException>(() => buffer.Append(NewBuffer()));
        Assert.Throws<ObjectDisposedException>(() => buffer.Append(new BufferSlice()));
        Assert.Throws<ObjectDisposedException>(() => buffer.GetReadVectors(new IoVector[2], out _));
        buffer.MallocAck(0);
        buffer.Flush();

        Assert.False(buffer.TryPeek(1, out _) || buffer.TryNext(1, out _) || buffer.TryReadByte(out _) || buffer.TryUntil(1, out _));
        Assert.Throws<InvalidOperationException>(() => buffer.Peek(1).Length);
        Assert.Throws<InvalidOperationException>(() => buffer.Next(1).Length);
        Assert.Throws<InvalidOperationException>(() => buffer.Skip(1));
        Assert.Throws<InvalidOperationException>(() => buffer.Slice(1));
        Assert.Equal(0, buffer.Read(new byte[1]));
        Assert.Equal(0, buffer.GetWriteVectors(new IoVector[1]));
        Assert.Equal(-1, buffer.IndexOf(1));
        Assert.True(buffer.AsSequence().IsEmpty);
        buffer.Release();
        buffer.Clear();
    }

    /// <summary>Address space that is never touched, so that it costs no memory.</summary>
    private sealed unsafe class HugeMemory(int length) : MemoryManager<byte>
    {
        private readonly byte* _address = (byte*)4096;

        public override Span<byte> GetSpan() => new(_address, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
