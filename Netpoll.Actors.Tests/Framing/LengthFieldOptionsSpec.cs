using System.Buffers;
using Netpoll.Actors.Framing;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>
/// Every form of a length field that Netty's decoder knows. The first cases are the ones in that decoder's documentation, where the body is
/// "HELLO, WORLD".
/// </summary>
public sealed class LengthFieldOptionsSpec
{
    private static readonly byte[] s_hello = "HELLO, WORLD"u8.ToArray();

    /// <summary>What of which frame is the payload.</summary>
    public static TheoryData<string, LengthFieldOptions, byte[], int> Frames => new()
    {
        { "the length stays", new() { FieldBytes = 2, StripBytes = 0 }, [0, 12, .. s_hello], 0 },
        { "the length goes", new() { FieldBytes = 2 }, [0, 12, .. s_hello], 2 },
        { "the length counts itself", new() { FieldBytes = 2, Adjustment = -2, StripBytes = 0 }, [0, 14, .. s_hello], 0 },
        { "a header before it", new() { FieldOffset = 2, FieldBytes = 3, StripBytes = 0 }, [0xCA, 0xFE, 0, 0, 12, .. s_hello], 0 },
        { "a header behind it", new() { FieldBytes = 3, Adjustment = 2, StripBytes = 0 }, [0, 0, 12, 0xCA, 0xFE, .. s_hello], 0 },
        { "two headers, one stripped", new() { FieldOffset = 1, FieldBytes = 2, Adjustment = 1, StripBytes = 3 }, [0xCA, 0, 12, 0xFE, .. s_hello], 3 },
        { "two headers, the whole counted", new() { FieldOffset = 1, FieldBytes = 2, Adjustment = -3, StripBytes = 3 }, [0xCA, 0, 16, 0xFE, .. s_hello], 3 },
        { "cut within the field", new() { FieldBytes = 4, StripBytes = 3 }, [0, 0, 0, 12, .. s_hello], 3 },
        { "little-endian, all stripped", new() { FieldOffset = 1, FieldBytes = 2, IsLittleEndian = true, Adjustment = 1, StripBytes = 4, Header = new byte[] { 0xCA } }, [0xCA, 12, 0, 0, .. s_hello], 4 },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_is_cut_where_the_options_say(string form, LengthFieldOptions options, byte[] frame, int prefix)
    {
        IFrameCodec codec = Codecs.LengthField(options);
        for (int cut = 1; cut < frame.Length; cut++)
        {
            Assert.Equal(DecodeStatus.Incomplete, codec.TryDecode(new ReadOnlySequence<byte>(frame, 0, cut), out _));
            Assert.Equal(DecodeStatus.Complete, codec.TryDecode(Pieces.Of(frame[..cut], frame[cut..], [9]), out FrameBounds bounds));
            Assert.True(new FrameBounds(prefix, frame.Length - prefix) == bounds, form);
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Sending_a_payload_makes_the_frame_again(string form, LengthFieldOptions options, byte[] frame, int prefix)
    {
        if (prefix > 0 && frame[0] == 0xCA && options.Header.IsEmpty)
        {
            options = options with { Header = new byte[] { 0xCA } };
        }

        Assert.True(frame.AsSpan().SequenceEqual(CodecSubjects.Encode(Codecs.LengthField(options), frame[prefix..])), form);
    }

    [Fact]
    public void A_frame_that_would_be_shorter_than_its_header_is_invalid_and_explained()
    {
        IFrameCodec codec = Codecs.LengthField(new LengthFieldOptions { FieldBytes = 2, Adjustment = -4 });
        ReadOnlySequence<byte> input = new([0, 3, 0, 0, 0]);
        Assert.Equal(DecodeStatus.Invalid, codec.TryDecode(input, out FrameBounds bounds));
        Assert.Equal(default, bounds);
        Assert.Contains("3", codec.Explain(input), StringComparison.Ordinal);

        IFrameCodec stripped = Codecs.LengthField(new LengthFieldOptions { FieldBytes = 2, StripBytes = 5 });
        Assert.Equal(DecodeStatus.Invalid, stripped.TryDecode(new ReadOnlySequence<byte>([0, 2, 1, 1, 1]), out _));
        Assert.Equal(DecodeStatus.Complete, stripped.TryDecode(new ReadOnlySequence<byte>([0, 3, 1, 1, 1]), out FrameBounds empty));
        Assert.Equal(new FrameBounds(5, 0), empty);
    }

    [Fact]
    public void A_length_that_would_overflow_is_invalid()
    {
        byte[] largest = [0x7F, .. Enumerable.Repeat((byte)0xFF, 7)];
        Assert.Equal(DecodeStatus.Invalid, Codecs.LengthField(new LengthFieldOptions { FieldBytes = 8, Adjustment = int.MaxValue }).TryDecode(new(largest), out _));
        Assert.Equal(DecodeStatus.Incomplete, Codecs.LengthField(new LengthFieldOptions { FieldBytes = 8, Adjustment = int.MinValue }).TryDecode(new(largest), out FrameBounds bounds));
        Assert.True(bounds.PayloadBytes > 0);
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Codecs.LengthField(null!));
        LengthFieldOptions[] outOfRange =
        [
            new() { FieldBytes = 5 }, new() { FieldOffset = -1 }, new() { FieldOffset = 65_537 }, new() { StripBytes = -1 }, new() { StripBytes = 70_000 },
        ];
        foreach (LengthFieldOptions options in outOfRange)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.LengthField(options));
        }

        Assert.Throws<ArgumentException>(() => Codecs.LengthField(new LengthFieldOptions { StripBytes = 1, Header = new byte[] { 1, 2 } }));
    }

    [Fact]
    public void A_payload_that_lacks_the_counted_header_is_refused()
    {
        // The length does not count two bytes that the payload has to bring.
        IFrameCodec codec = Codecs.LengthField(new LengthFieldOptions { FieldBytes = 2, Adjustment = 2 });
        ArrayBufferWriter<byte> output = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => codec.EncodePrefix(output, 1));
        Assert.Equal(0, output.WrittenCount);
        codec.EncodePrefix(output, 2);
        Assert.Equal([0, 0], output.WrittenSpan.ToArray());
    }
}
