using System.Buffers;
using Netpoll.Actors.Framing;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>A length, then so many bytes: every form of the length, and everything that can be wrong with it.</summary>
public sealed class LengthFieldCodecSpec
{
    public static TheoryData<int, bool, bool> Forms
    {
        get
        {
            TheoryData<int, bool, bool> forms = [];
            foreach (int fieldBytes in new[] { 1, 2, 3, 4, 8 })
            {
                foreach (bool littleEndian in new[] { false, true })
                {
                    forms.Add(fieldBytes, littleEndian, false);
                    forms.Add(fieldBytes, littleEndian, true);
                }
            }

            return forms;
        }
    }

    [Theory]
    [InlineData(1, false, false, 5, new byte[] { 5 })]
    [InlineData(2, false, false, 0x0102, new byte[] { 1, 2 })]
    [InlineData(2, true, false, 0x0102, new byte[] { 2, 1 })]
    [InlineData(3, false, false, 0x010203, new byte[] { 1, 2, 3 })]
    [InlineData(3, true, false, 0x010203, new byte[] { 3, 2, 1 })]
    [InlineData(4, false, false, 0x01020304, new byte[] { 1, 2, 3, 4 })]
    [InlineData(4, true, false, 0x01020304, new byte[] { 4, 3, 2, 1 })]
    [InlineData(4, false, true, 0x01020304, new byte[] { 1, 2, 3, 8 })]
    [InlineData(8, false, false, 0x0102030405060708, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(8, true, true, 0x0102030405060708, new byte[] { 16, 7, 6, 5, 4, 3, 2, 1 })]
    public void The_field_is_written_in_its_form(int fieldBytes, bool littleEndian, bool countsItself, long payloadBytes, byte[] expected)
    {
        ArrayBufferWriter<byte> output = new();
        LengthFieldCodec codec = new(fieldBytes, littleEndian, countsItself);

        codec.EncodePrefix(output, payloadBytes);
        codec.EncodeSuffix(output, payloadBytes);

        Assert.Equal(expected, output.WrittenSpan.ToArray());
        Assert.Equal(fieldBytes, codec.MaxOverheadBytes);
    }

    [Fact]
    public void The_default_is_four_bytes_big_endian_and_counts_the_payload_alone()
    {
        ArrayBufferWriter<byte> output = new();
        Codecs.LengthField().EncodePrefix(output, 258);
        Codecs.LengthField(2, littleEndian: true, countsItself: true).EncodePrefix(output, 258);
        Assert.Equal([0, 0, 1, 2, 4, 1], output.WrittenSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_encoded_is_decoded(int fieldBytes, bool littleEndian, bool countsItself)
    {
        LengthFieldCodec codec = new(fieldBytes, littleEndian, countsItself);
        foreach (int payloadBytes in new[] { 0, 1, 2, 100, 200 })
        {
            byte[] frame = Encode(codec, new byte[payloadBytes]);
            Assert.Equal(DecodeStatus.Complete, codec.TryDecode(new ReadOnlySequence<byte>(frame), out FrameBounds bounds));
            Assert.Equal(new FrameBounds(fieldBytes, payloadBytes), bounds);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_frame_is_found_wherever_its_bytes_are_cut(int fieldBytes, bool littleEndian, bool countsItself)
    {
        LengthFieldCodec codec = new(fieldBytes, littleEndian, countsItself);
        byte[] frame = Encode(codec, [11, 12, 13, 14, 15]);
        FrameBounds bounds = new(fieldBytes, 5);
        for (int cut = 1; cut < frame.Length; cut++)
        {
            // Only the beginning is there.
            Assert.Equal(DecodeStatus.Incomplete, codec.TryDecode(new ReadOnlySequence<byte>(frame, 0, cut), out FrameBounds known));
            Assert.Equal(cut < fieldBytes ? default : bounds, known);

            // All is there, in two pieces, with another frame's first byte behind it.
            ReadOnlySequence<byte> pieces = Pieces.Of(frame[..cut], frame[cut..], [1]);
            Assert.Equal(DecodeStatus.Complete, codec.TryDecode(pieces, out FrameBounds found));
            Assert.Equal(bounds, found);
        }

        byte[][] bytes = [.. frame.Select(value => new[] { value })];
        Assert.Equal(DecodeStatus.Complete, codec.TryDecode(Pieces.Of(bytes), out FrameBounds single));
        Assert.Equal(bounds, single);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Random_bytes_give_bounds_that_make_sense_or_none(int fieldBytes, bool littleEndian, bool countsItself)
    {
        LengthFieldCodec codec = new(fieldBytes, littleEndian, countsItself);
        Random random = new(fieldBytes);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // A small length, so that whole frames occur also with wide fields.
                bytes.AsSpan(0, Math.Min(bytes.Length, fieldBytes)).Clear();
                bytes[littleEndian ? 0 : Math.Min(fieldBytes, bytes.Length) - 1] = (byte)random.Next(20);
            }

            DecodeStatus status = codec.TryDecode(new ReadOnlySequence<byte>(bytes), out FrameBounds bounds);

            Assert.True(bounds.PayloadBytes >= 0 && bounds.TotalBytes >= bounds.PayloadBytes, $"{bounds}");
            Assert.Equal(status == DecodeStatus.Complete, bounds != default && bounds.TotalBytes <= bytes.Length);
            Assert.True(status != DecodeStatus.Invalid || countsItself || fieldBytes == 8);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_length_that_counts_the_field_and_is_smaller_than_it_is_invalid(int fieldBytes)
    {
        LengthFieldCodec codec = new(fieldBytes, littleEndian: true, countsItself: true);
        byte[] bytes = new byte[20];
        for (int length = 0; length < fieldBytes; length++)
        {
            bytes[0] = (byte)length;
            Assert.Equal(DecodeStatus.Invalid, codec.TryDecode(new ReadOnlySequence<byte>(bytes), out FrameBounds bounds));
            Assert.Equal(default, bounds);
        }

        bytes[0] = (byte)fieldBytes;
        Assert.Equal(DecodeStatus.Complete, codec.TryDecode(new ReadOnlySequence<byte>(bytes), out FrameBounds empty));
        Assert.Equal(new FrameBounds(fieldBytes, 0), empty);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(long.MaxValue - 7UL)]
    [InlineData(ulong.MaxValue - 7)]
    public void Eight_bytes_that_no_frame_can_have_are_invalid(ulong length)
    {
        byte[] bytes = BitConverter.GetBytes(length);
        Assert.Equal(DecodeStatus.Invalid, new LengthFieldCodec(8, littleEndian: true).TryDecode(new ReadOnlySequence<byte>(bytes), out FrameBounds bounds));
        Assert.Equal(default, bounds);
    }

    [Fact]
    public void A_huge_length_is_known_and_positive()
    {
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, 8)];
        ReadOnlySequence<byte> input = new(ones);

        Assert.Equal(DecodeStatus.Incomplete, new LengthFieldCodec(3).TryDecode(input, out FrameBounds three));
        Assert.Equal(0xFF_FFFF, three.PayloadBytes);
        Assert.Equal(DecodeStatus.Incomplete, new LengthFieldCodec(4).TryDecode(input, out FrameBounds four));
        Assert.Equal(uint.MaxValue, four.PayloadBytes);

        byte[] largest = BitConverter.GetBytes(long.MaxValue - 8);
        Assert.Equal(DecodeStatus.Incomplete, new LengthFieldCodec(8, true).TryDecode(new ReadOnlySequence<byte>(largest), out FrameBounds eight));
        Assert.Equal(long.MaxValue, eight.TotalBytes);
    }

    [Theory]
    [InlineData(1, false, 256)]
    [InlineData(1, true, 255)]
    [InlineData(2, false, 65_536)]
    [InlineData(3, false, 1 << 24)]
    [InlineData(4, false, 1L << 32)]
    [InlineData(4, true, (1L << 32) - 4)]
    [InlineData(4, false, -1)]
    [InlineData(8, false, -1)]
    [InlineData(8, true, long.MinValue)]
    public void A_payload_that_the_field_cannot_say_is_refused_and_nothing_is_written(int fieldBytes, bool countsItself, long payloadBytes)
    {
        ArrayBufferWriter<byte> output = new();
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(
            () => new LengthFieldCodec(fieldBytes, countsItself: countsItself).EncodePrefix(output, payloadBytes));
        Assert.Equal("payloadBytes", refusal.ParamName);
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public void A_field_of_another_size_is_refused(int fieldBytes) =>
        Assert.Equal("fieldBytes", Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.LengthField(fieldBytes)).ParamName);

    private static byte[] Encode(LengthFieldCodec codec, byte[] payload)
    {
        ArrayBufferWriter<byte> output = new();
        codec.EncodePrefix(output, payload.Length);
        output.Write(payload);
        codec.EncodeSuffix(output, payload.Length);
        return output.WrittenSpan.ToArray();
    }
}
