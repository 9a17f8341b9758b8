using System.Buffers;
using System.Text;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>Marks and lines: which of several counts, what belongs to the payload, and that nothing is searched twice.</summary>
public sealed class DelimiterCodecSpec : BufferSpec
{
    [Theory]
    [InlineData("a\nb\r\n\n\r\nc\rd\n", "a|b|||c\rd")]
    [InlineData("\r\r\n", "\r")]
    [InlineData("\n\r\n", "|")]
    public void A_line_ends_with_or_without_a_carriage_return(string text, string lines)
    {
        Assert.Equal(lines.Split('|'), Read(Codecs.Line(), text));
        Assert.Equal(lines.Split('|'), Read(Codecs.Line(crLf: true), text));
    }

    [Fact]
    public void Lines_are_sent_with_the_end_that_was_asked_for()
    {
        Assert.Equal("ab\n\n"u8.ToArray(), CodecSubjects.Encode(Codecs.Line(), "ab"u8.ToArray(), []));
        Assert.Equal("ab\r\n\r\n"u8.ToArray(), CodecSubjects.Encode(Codecs.Line(crLf: true), "ab"u8.ToArray(), []));
    }

    [Fact]
    public void A_mark_that_is_kept_belongs_to_the_payload()
    {
        IFrameCodec codec = Codecs.Delimiter([";"u8.ToArray(), "<end>"u8.ToArray()], keep: true);
        Assert.Equal(["ab;", ";", "c<end>"], Read(codec, "ab;;c<end>"));
        Assert.Equal("ab;"u8.ToArray(), CodecSubjects.Encode(codec, "ab;"u8.ToArray()));
        Assert.Equal(0, codec.MaxOverheadBytes);
    }

    [Fact]
    public void The_mark_that_is_complete_first_counts_and_the_longer_of_two_that_end_together()
    {
        IFrameCodec codec = Codecs.Delimiter(["bc"u8.ToArray(), "xabc"u8.ToArray(), "d"u8.ToArray()]);
        Assert.Equal(["1", "2a", "", "abb"], Read(codec, "1xabc2abcdabbbc"));
    }

    [Theory]
    [InlineData("a", "ab")]
    [InlineData("b", "abc")]
    [InlineData("aa", "aaa")]
    public void A_mark_that_could_never_be_found_is_refused(string shorter, string longer)
    {
        byte[][] delimiters = [Encoding.ASCII.GetBytes(longer), Encoding.ASCII.GetBytes(shorter)];
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Codecs.Delimiter(delimiters));
        Assert.Contains("never be found", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_mark_and_an_empty_mark_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Codecs.Delimiter(Array.Empty<byte[]>()));
        Assert.Throws<ArgumentException>(() => Codecs.Delimiter([[1], []]));
        Assert.Throws<ArgumentException>(() => Codecs.Delimiter(ReadOnlySpan<byte>.Empty));
        Assert.Throws<ArgumentNullException>(() => Codecs.Delimiter((IReadOnlyList<byte[]>)null!));
    }

    [Fact]
    public void What_was_searched_is_not_searched_again()
    {
        byte[] bytes = new byte[5000];
        ReadOnlySequence<byte> input = new(bytes);
        IFrameCodec codec = Codecs.Delimiter("--"u8);
        Assert.Equal(DecodeStatus.Incomplete, codec.TryDecode(input, out _));

        // A mark that was put where the codec has looked already is not found: it looks at what is new.
        "--"u8.CopyTo(bytes.AsSpan(100));
        Assert.Equal(DecodeStatus.Incomplete, codec.TryDecode(input, 4000, out _));
        "--"u8.CopyTo(bytes.AsSpan(3999));
        Assert.Equal(DecodeStatus.Complete, codec.TryDecode(input, 4000, out FrameBounds frame));
        Assert.Equal(new FrameBounds(0, 3999, 2), frame);
    }

    [Fact]
    public void The_connection_tells_the_codec_how_far_it_has_seen()
    {
        SeenCodec codec = new();
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(codec, 1000);
        using BufferSlice payload = new();
        foreach (string packet in (string[])["abc", "de", "f\ngh", "i"])
        {
            Receive(input, Encoding.ASCII.GetBytes(packet));
            while (reader.TryRead(input, payload) == FrameStatus.Complete)
            {
                payload.Dispose();
            }
        }

        Assert.Equal([(3, 0), (5, 3), (9, 5), (2, 0), (3, 2)], codec.Looks);
    }

    private List<string> Read(IFrameCodec codec, string text)
    {
        List<string>? whole = null;
        for (int cut = 0; cut <= text.Length; cut++)
        {
            List<string> frames = [];
            using LinkBuffer input = new(Pool);
            using BufferSlice payload = new();
            FrameReader reader = new(codec, 100);
            foreach (string packet in (string[])[text[..cut], text[cut..]])
            {
                Receive(input, Encoding.ASCII.GetBytes(packet));
                while (reader.TryRead(input, payload) == FrameStatus.Complete)
                {
                    frames.Add(Encoding.ASCII.GetString(payload.AsSequence()));
                    payload.Dispose();
                }
            }

            Assert.True(input.IsEmpty);
            Assert.Equal(whole ??= frames, frames);
        }

        return whole!;
    }

    /// <summary>Lines, with a record of what the codec was shown.</summary>
    private sealed class SeenCodec : IFrameCodec
    {
        private readonly IFrameCodec _lines = Codecs.Line();

        public List<(long Shown, long Seen)> Looks { get; } = [];

        public int MaxOverheadBytes => _lines.MaxOverheadBytes;

        public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame) => TryDecode(input, 0, out frame);

        public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, long seen, out FrameBounds frame)
        {
            Looks.Add((input.Length, seen));
            return _lines.TryDecode(input, seen, out frame);
        }

        public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes) => _lines.EncodePrefix(output, payloadBytes);

        public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes) => _lines.EncodeSuffix(output, payloadBytes);
    }
}
