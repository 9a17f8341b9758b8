using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>Copying reads, peeking, searching: the counterparts of netpoll's tests, numbered as in the conformance table.</summary>
public sealed class LinkBufferReadingSpec() : BufferSpec(keepStacks: false)
{
    [Fact]
    public void C30_A_bare_node_is_nobodys_to_write_and_a_pooled_one_is()
    {
        Block bare = Pool.RentBare();
        Block pooled = Pool.Rent(1);
        bare.ShowForeign(Count(10), owner: null);

        Assert.False(bare.IsWritable || bare.Exposed);
        Assert.Equal(0, bare.Room);
        Assert.True(pooled.IsWritable);
        Assert.False(pooled.Exposed);
        bare.Unlink();
        pooled.Unlink();
    }

    [Fact]
    public void C31_A_copying_read_of_one_block_exposes_nothing()
    {
        LinkBuffer buffer = Chain(Count(16));
        var copy = new byte[10];
        Assert.Equal(10, buffer.Read(copy));
        Assert.Equal(Count(10), copy);
        Assert.Equal(6, buffer.Length);
        Assert.Equal(Count(6, 10), buffer.ReadBinary(6));
    }

    [Fact]
    public void C31_A_copying_read_goes_across_blocks()
    {
        LinkBuffer buffer = Chain(Count(8), Count(8, 8));
        var copy = new byte[16];
        Assert.Equal(16, buffer.Read(copy));
        Assert.Equal(Count(16), copy);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void C31_A_copying_read_takes_what_there_is()
    {
        LinkBuffer buffer = Chain(Count(4, 1));
        var copy = new byte[16];
        Assert.Equal(4, buffer.Read(copy));
        Assert.Equal([1, 2, 3, 4, 0], copy[..5]);
        Assert.Equal(0, buffer.Read(copy));
        Assert.Equal(0, buffer.Read([]));
    }

    [Fact]
    public void C31_A_copying_read_returns_blocks_that_nobody_was_shown()
    {
        LinkBuffer buffer = Chain(Count(8), Count(8), Count(8));
        buffer.Read(new byte[20]);
        Assert.Equal(1, Pool.GetStatistics().Outstanding);
    }

    [Fact]
    public void C31_A_copying_read_leaves_shown_blocks_until_the_release()
    {
        LinkBuffer buffer = Chain(Count(8), Count(8, 8));
        ReadOnlySpan<byte> shown = buffer.Peek(4);
        buffer.Read(new byte[16]);
        Assert.Equal(2, Pool.GetStatistics().Outstanding);
        Assert.Equal(Count(4), shown.ToArray());
        buffer.Release();
        Assert.Equal(0, Pool.GetStatistics().Outstanding);
    }

    [Fact]
    public void C31_A_copying_read_takes_blocks_out_between_shown_ones()
    {
        LinkBuffer buffer = Chain(Count(8), Count(8, 8), Count(8, 16));
        ReadOnlySpan<byte> shown = buffer.Peek(4);
        var copy = new byte[20];
        buffer.Read(copy);
        Assert.Equal(Count(20), copy);
        Assert.Equal(4, buffer.Length);
        Assert.Equal(2, Pool.GetStatistics().Outstanding);
        Assert.Equal(Count(4), shown.ToArray());
        buffer.Release();
        Assert.Equal(1, Pool.GetStatistics().Outstanding);
        Assert.Equal(Count(4, 20), buffer.ReadBinary(4));
    }

    [Fact]
    public void C32_A_written_string_does_not_depend_on_the_variable()
    {
        LinkBuffer buffer = NewBuffer();
        string text = "hello world";
        Assert.Equal(11, buffer.WriteString(text));
        text = "something else";
        buffer.Flush();
        Assert.Equal("hello world", buffer.ReadString(11));
        Assert.NotEqual("hello world", text);
    }

    [Fact]
    public void C33_A_byte_is_found_behind_any_offset_across_blocks()
    {
        LinkBuffer buffer = NewBuffer();
        for (int i = 0; i < 1000; i++)
        {
            Span<byte> space = buffer.Malloc(1002);
            space.Clear();
            space[500] = space[1001] = (byte)'\n';
            buffer.Flush();

            int last = i * 1002;
            Assert.Equal(last + 500, buffer.IndexOf((byte)'\n', last));
            Assert.Equal(last + 500, buffer.IndexOf((byte)'\n', last + 500));
            Assert.Equal(last + 1001, buffer.IndexOf((byte)'\n', last + 501));
            Assert.Equal(-1, buffer.IndexOf((byte)'\n', last + 1002));
        }
    }

    [Fact]
    public void C34_Peeking_across_blocks_again_and_again_takes_no_more_memory()
    {
        const int BlockBytes = 8 * 1024;
        LinkBuffer buffer = NewBuffer();
        for (int i = 0; i < 100; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(buffer.Malloc(BlockBytes), 2024);
        }

        buffer.Flush();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(2024, BinaryPrimitives.ReadInt64BigEndian(buffer.Peek(BlockBytes)));
            Assert.Equal(100 * BlockBytes, buffer.HeldBytes());
        }

        buffer.Peek(BlockBytes + 1);
        long held = buffer.HeldBytes();
        for (int i = 0; i < 1024; i++)
        {
            Assert.Equal(BlockBytes + 1, buffer.Peek(BlockBytes + 1).Length);
            Assert.Equal(held, buffer.HeldBytes());
        }
    }

    [Fact]
    public void C48_A_peeked_span_stays_good_through_a_copying_read()
    {
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(64));
        ReadOnlySpan<byte> peeked = buffer.Peek(16);
        var copy = new byte[64];
        Assert.Equal(64, buffer.Read(copy));
        Assert.Equal(Count(64), copy);
        Assert.Equal(Count(16), peeked.ToArray());
        buffer.Release();
    }

    [Fact]
    public void C57_Lines_are_cut_at_their_ends()
    {
        LinkBuffer buffer = NewBuffer();
        byte[] two = new byte[1002];
        two[500] = two[1001] = (byte)'\n';
        int lines = 0;
        for (int i = 0; i < 10_000; i++)
        {
            Receive(buffer, two);
            while (buffer.TryUntil((byte)'\n', out ReadOnlySpan<byte> line))
            {
                Assert.Equal(501, line.Length);
                lines++;
            }

            buffer.Release();
        }

        Receive(buffer, two.AsSpan(0, 100));
        Assert.Equal(20_000, lines);
        Assert.Throws<InvalidOperationException>(() => buffer.Until((byte)'\n').Length);
        Assert.Equal(100, buffer.Length);
    }

    [Fact]
    public void Several_bytes_and_rows_of_bytes_are_found_across_blocks()
    {
        LinkBuffer buffer = Chain("GET / HTTP/1.1\r"u8.ToArray(), "\nHost"u8.ToArray(), ": a\r\n\r"u8.ToArray(), "\n"u8.ToArray());
        Assert.Equal(14, buffer.IndexOf("\r\n"u8));
        Assert.Equal(23, buffer.IndexOf("\r\n\r\n"u8));
        Assert.Equal(23, buffer.IndexOf("\r\n"u8, 15));
        Assert.Equal(-1, buffer.IndexOf("\r\n\r\n\r\n"u8));
        Assert.Equal(3, buffer.IndexOfAny(SearchValues.Create(" :"u8)));
        Assert.Equal(20, buffer.IndexOfAny(SearchValues.Create(":"u8), 6));
        Assert.Equal(-1, buffer.IndexOfAny(SearchValues.Create("!"u8)));
    }

    [Fact]
    public void A_sequence_over_several_blocks_stays_good_while_more_is_read_and_received()
    {
        LinkBuffer buffer = Chain(Count(8), Count(8, 8), Count(8, 16));
        ReadOnlySequence<byte> all = buffer.AsSequence();
        buffer.Skip(12);
        ReadOnlySequence<byte> rest = buffer.AsSequence();
        Receive(buffer, Count(10, 24));
        ReadOnlySequence<byte> more = buffer.AsSequence();

        Assert.Equal(Count(24), all.ToArray());
        Assert.Equal(Count(12, 12), rest.ToArray());
        Assert.Equal(Count(22, 12), more.ToArray());
        Assert.Equal(Count(6, 3), all.Slice(3, 6).ToArray());
    }

    [Fact]
    public void Characters_may_lie_across_blocks()
    {
        byte[] text = "a€😀é"u8.ToArray();
        for (int cut = 1; cut < text.Length; cut++)
        {
            LinkBuffer buffer = Chain(text[..cut], text[cut..]);
            Assert.Equal("a€😀é", buffer.ReadString(text.Length));
        }
    }
}
