using System.Buffers;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>Vectors for system calls, and the size that reads are given.</summary>
public sealed unsafe class LinkBufferVectorsSpec() : BufferSpec(keepStacks: false)
{
    [Theory]
    [InlineData(new[] { int.MaxValue }, new[] { int.MaxValue })]
    [InlineData(new[] { int.MaxValue - 10, 100 }, new[] { int.MaxValue - 10, 10 })]
    [InlineData(new[] { 1_000_000_000, 1_000_000_000, 1_000_000_000 }, new[] { 1_000_000_000, 1_000_000_000, 147_483_647 })]
    public void C41_One_call_is_given_no_more_than_2_GiB(int[] lengths, int[] expected)
    {
        LinkBuffer buffer = NewBuffer();
        foreach (int length in lengths)
        {
            buffer.WriteDirect(new ClaimedMemory(length).Memory, 0);
        }

        buffer.Flush();
        var vectors = new IoVector[16];
        int count = buffer.GetWriteVectors(vectors);

        Assert.Equal(expected, vectors[..count].Select(static v => (int)v.Length));
        Assert.Equal(lengths.Sum(static l => (long)l), buffer.Length);
        buffer.Skip(int.MaxValue);
        Assert.Equal(lengths.Sum(static l => (long)l) - int.MaxValue, buffer.Length);
    }

    [Fact]
    public void No_more_vectors_are_filled_than_given_and_the_rest_follows()
    {
        LinkBuffer buffer = NewBuffer();
        var expected = new List<byte>();
        for (int i = 0; i < 2500; i++)
        {
            buffer.WriteDirect(new[] { (byte)i }, 0);
            expected.Add((byte)i);
        }

        buffer.Flush();
        Assert.Equal(1024, buffer.GetWriteVectors(new IoVector[1024]));
        Assert.Equal(7, buffer.GetWriteVectors(new IoVector[7]));
        Assert.Equal(0, buffer.GetWriteVectors([]));
        Assert.Equal(expected, Send(buffer));
    }

    [Fact]
    public void C55_Receiving_a_mebibyte_takes_no_more_than_four()
    {
        LinkBuffer buffer = NewBuffer();
        byte[] kibibyte = Count(1024);
        for (int i = 0; i < 1024; i++)
        {
            Receive(buffer, kibibyte);
        }

        Assert.Equal(1024 * 1024, buffer.Next(1024 * 1024).Length);
        Assert.InRange(buffer.HeldBytes(), 1024 * 1024, 4 * 1024 * 1024);
    }

    [Fact]
    public void C58_Messages_larger_than_any_block_arrive_whole()
    {
        LinkBuffer buffer = NewBuffer();
        for (int size = 32 * 1024 * 1024; size > 0; size >>= 1)
        {
            byte[] message = GC.AllocateUninitializedArray<byte>(size);
            message.AsSpan().Fill((byte)(size % 251));
            for (int sent = 0; sent < size;)
            {
                sent += Receive(buffer, message.AsSpan(sent));
            }

            Assert.True(buffer.Next(size).SequenceEqual(message));
            buffer.Release();
            Assert.Equal(0, buffer.HeldBytes());
        }
    }

    [Fact]
    public void The_read_size_doubles_with_full_reads_up_to_8_MiB()
    {
        LinkBuffer buffer = NewBuffer();
        byte[] much = new byte[8 * 1024 * 1024];
        for (int expected = 8 * 1024; expected <= 8 * 1024 * 1024; expected *= 2)
        {
            Assert.Equal(expected, buffer.ReadSize);
            Assert.Equal(expected, Receive(buffer, much));
        }

        Receive(buffer, much);
        Assert.Equal(8 * 1024 * 1024, buffer.ReadSize);
    }

    [Fact]
    public void The_read_size_shrinks_when_reads_stay_short()
    {
        LinkBuffer buffer = NewBuffer();
        byte[] much = new byte[8 * 1024 * 1024];
        while (buffer.ReadSize < 1024 * 1024)
        {
            Receive(buffer, much);
        }

        for (int i = 0; i < 200; i++)
        {
            buffer.Skip(buffer.Length);
            buffer.Release();
            Receive(buffer, much.AsSpan(0, 100));
        }

        Assert.Equal(8 * 1024, buffer.ReadSize);
        Assert.Equal(8 * 1024, buffer.HeldBytes());
    }

    [Fact]
    public void A_message_as_long_as_the_last_one_lands_in_one_block()
    {
        LinkBuffer buffer = NewBuffer();
        byte[] message = Count(200_000);
        for (int round = 0; round < 2; round++)
        {
            for (int sent = 0; sent < message.Length;)
            {
                sent += Receive(buffer, message.AsSpan(sent, Math.Min(5000, message.Length - sent)));
            }

            Assert.Equal(round == 1, buffer.AsSequence(message.Length).IsSingleSegment);
            buffer.Skip(message.Length);
            buffer.Release();
        }
    }

    [Fact]
    public void A_read_of_nothing_leaves_nothing()
    {
        LinkBuffer buffer = NewBuffer();
        var vectors = new IoVector[2];
        Assert.Equal(1, buffer.GetReadVectors(vectors, out long capacity));
        Assert.Equal(8192, capacity);
        Assert.Equal(1, buffer.GetReadVectors(vectors, out _));
        buffer.CommitRead(0);
        Assert.Equal(0, buffer.HeldBytes());
        Assert.Equal(0, Pool.GetStatistics().Outstanding);
    }

    [Fact]
    public void The_rest_of_a_block_and_a_fresh_one_are_given_together()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(8000));
        var vectors = new IoVector[2];
        Assert.Equal(2, buffer.GetReadVectors(vectors, out long capacity));
        Assert.Equal(192 + 8192, capacity);
        buffer.CommitRead(0);
        Assert.Equal(1, buffer.GetReadVectors(vectors.AsSpan(0, 1), out capacity));
        Assert.Equal(192, capacity);
        buffer.CommitRead(0);
    }

    [Fact]
    public void Blocks_that_were_filled_elsewhere_are_taken_as_they_are()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(10));
        Block filled = Pool.Rent(buffer.ReadSize);
        Count(5000, 10).CopyTo(filled.SpanAt(0, 5000));
        buffer.LinkReceived(filled, 5000);
        buffer.LinkReceived(Pool.Rent(buffer.ReadSize), 0);
        Receive(buffer, Count(5, 5010));

        Assert.Equal(2, Pool.GetStatistics().Outstanding);
        Assert.Equal(Count(5015), buffer.ReadBinary(5015));
    }

    [Fact]
    public void A_few_bytes_in_a_block_that_was_filled_elsewhere_are_copied_into_the_tail()
    {
        LinkBuffer buffer = NewBuffer();
        for (int i = 0; i < 100; i++)
        {
            Block filled = Pool.Rent(buffer.ReadSize);
            Count(20, 20 * i).CopyTo(filled.SpanAt(0, 20));
            buffer.LinkReceived(filled, 20);
        }

        Assert.Equal(1, Pool.GetStatistics().Outstanding);
        Assert.Equal(Count(2000), buffer.ReadBinary(2000));
    }

    [Fact]
    public void While_a_read_is_under_way_nothing_is_written_and_nothing_goes()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(100));
        var vectors = new IoVector[2];
        int count = buffer.GetReadVectors(vectors, out _);
        Assert.Throws<InvalidOperationException>(() => buffer.Malloc(1).Length);
        Assert.Throws<InvalidOperationException>(() => buffer.WriteDirect(Count(5), 0));
        Assert.Throws<InvalidOperationException>(() => buffer.Append(NewBuffer()));

        // The kernel may write late, when all that was there is read and released.
        buffer.Skip(100);
        buffer.Release();
        Assert.True(count >= 1);
        *(byte*)vectors[0].Base = 77;
        buffer.CommitRead(1);
        Assert.Equal(77, buffer.ReadByte());
    }

    [Fact]
    public void Committing_more_than_was_given_is_refused()
    {
        LinkBuffer buffer = NewBuffer();
        Assert.Throws<InvalidOperationException>(() => buffer.CommitRead(0));
        buffer.GetReadVectors(new IoVector[2], out long capacity);
        Assert.Throws<InvalidOperationException>(() => buffer.CommitRead((int)capacity + 1));
        Assert.Throws<InvalidOperationException>(() => buffer.CommitRead(-1));
        buffer.CommitRead(0);
        buffer.Malloc(1);
        Assert.Throws<InvalidOperationException>(() => buffer.GetReadVectors(new IoVector[2], out _));
    }

    [Fact]
    public void A_callers_memory_is_pinned_only_between_its_vector_and_its_release()
    {
        using var memory = new Model.NativeMemory(Count(10_000));
        LinkBuffer buffer = NewBuffer();
        buffer.WriteBinary(memory.Memory);
        buffer.Flush();
        Assert.Equal(0, memory.Pins);
        buffer.GetWriteVectors(new IoVector[1]);
        Assert.Equal(1, memory.Pins);
        buffer.Skip(10_000);
        buffer.Release();
        Assert.Equal(0, memory.Pins);
        Assert.False(memory.IsDisposed);
    }

    /// <summary>Memory that only says how long it is; nobody touches it.</summary>
    private sealed class ClaimedMemory(int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new((void*)4096, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)4096 + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
