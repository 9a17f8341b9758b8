using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>Varint, fixed and raw: what is theirs alone.</summary>
public sealed class SmallCodecsSpec : BufferSpec
{
    [Theory]
    [InlineData(0, new byte[] { 0 })]
    [InlineData(127, new byte[] { 0x7F })]
    [InlineData(128, new byte[] { 0x80, 1 })]
    [InlineData(300, new byte[] { 0xAC, 2 })]
    [InlineData(int.MaxValue, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 7 })]
    [InlineData(uint.MaxValue, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xF })]
    public void A_varint_is_written_and_read_least_significant_group_first(long length, byte[] expected)
    {
        ArrayBufferWriter<byte> output = new();
        Codecs.Varint().EncodePrefix(output, length);
        Assert.Equal(expected, output.WrittenSpan.ToArray());

        // Followed by a byte, so that an empty payload is whole.
        Codecs.Varint().TryDecode(Pieces.Of([.. expected.Select(one => new[] { one }), [0]]), out FrameBounds frame);
        Assert.Equal(new FrameBounds(expected.Length, length), frame);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x10 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    public void A_varint_of_more_than_32_bits_is_invalid(byte[] field)
    {
        Assert.Equal(DecodeStatus.Invalid, Codecs.Varint().TryDecode(new ReadOnlySequence<byte>(field), out FrameBounds frame));
        Assert.Equal(default, frame);
    }

    [Fact]
    public void A_varint_that_is_longer_than_needed_is_read()
    {
        Assert.Equal(DecodeStatus.Complete, Codecs.Varint().TryDecode(new ReadOnlySequence<byte>([0x81, 0x80, 0, 9]), out FrameBounds frame));
        Assert.Equal(new FrameBounds(3, 1), frame);
    }

    [Fact]
    public void A_payload_that_cannot_be_said_is_refused()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.Varint().EncodePrefix(output, uint.MaxValue + 1L));
        Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.Fixed(8).EncodePrefix(output, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.Fixed(0));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Raw_gives_what_has_come_in_pieces_of_at_most_the_limit()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(Codecs.Raw(), 10);
        using BufferSlice payload = new();
        List<byte> received = [];
        List<int> pieces = [];
        foreach (byte[] packet in (byte[][])[Count(3), Count(25, 3), Count(10, 28)])
        {
            Receive(input, packet);
            while (reader.TryRead(input, payload) == FrameStatus.Complete)
            {
                received.AddRange(payload.AsSequence().ToArray());
                pieces.Add(payload.Length);
                payload.Dispose();
            }
        }

        Assert.Equal(Count(38), received);
        Assert.Equal([3, 10, 10, 5, 10], pieces);
        Assert.Equal([1, 2], CodecSubjects.Encode(Codecs.Raw(), [[1, 2]]));
    }
}
