using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>Frames cut off a connection's input, whatever the packets; and the limit, which no codec can forget.</summary>
public sealed class FrameReaderSpec : BufferSpec
{
    private readonly BufferSlice _payload = new();

    [Fact]
    public void Frames_are_the_same_wherever_the_packets_end()
    {
        byte[][] payloads = [[], [1], [], RandomPayload(7), RandomPayload(300), [], RandomPayload(9000)];
        byte[] stream = [.. payloads.SelectMany(payload => RawClient.Frame(payload))];
        foreach (int packet in new[] { 1, 2, 3, 4, 5, 7, 11, 64, 1000, stream.Length })
        {
            LinkBuffer input = NewBuffer();
            FrameReader reader = new(Codecs.LengthField(), 9000);
            List<byte[]> frames = [];
            foreach (byte[] bytes in stream.Chunk(packet))
            {
                for (int received = 0; received < bytes.Length;)
                {
                    received += Receive(input, bytes.AsSpan(received));
                    Assert.Equal(FrameStatus.Incomplete, ReadAll(ref reader, input, frames));
                    input.Release();
                }
            }

            Assert.Equal(payloads, frames);
            Assert.True(input.IsEmpty);
        }
    }

    [Fact]
    public void Random_packets_change_nothing()
    {
        Random random = new(3);
        for (int round = 0; round < 50; round++)
        {
            byte[][] payloads = [.. Enumerable.Range(0, 30).Select(_ => RandomPayload(random.Next(4) == 0 ? random.Next(20_000) : random.Next(40)))];
            ReadOnlySpan<byte> stream = payloads.SelectMany(payload => RawClient.Frame(payload)).ToArray();
            LinkBuffer input = NewBuffer();
            FrameReader reader = new(Codecs.LengthField(), 20_000);
            List<byte[]> frames = [];
            while (!stream.IsEmpty)
            {
                int received = Receive(input, stream[..random.Next(1, Math.Min(stream.Length, 3000) + 1)]);
                stream = stream[received..];
                ReadAll(ref reader, input, frames);
                if (random.Next(2) == 0)
                {
                    input.Release();
                }
            }

            Assert.Equal(payloads, frames);
        }
    }

    [Fact]
    public void A_frame_of_exactly_the_limit_passes()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(Codecs.LengthField(), 100);
        Receive(input, RawClient.Frame(RandomPayload(100)));
        Receive(input, RawClient.Frame(RandomPayload(100)));

        List<byte[]> frames = [];
        Assert.Equal(FrameStatus.Incomplete, ReadAll(ref reader, input, frames));
        Assert.Equal([100, 100], frames.Select(frame => frame.Length));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void One_byte_more_is_refused_as_soon_as_the_length_is_known(int announced)
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(Codecs.LengthField(), 100);
        byte[] header = [(byte)(announced >> 24), (byte)(announced >> 16), (byte)(announced >> 8), (byte)announced];
        Receive(input, header.AsSpan(0, 3));
        Assert.Equal(FrameStatus.Incomplete, reader.TryRead(input, _payload));

        Receive(input, header.AsSpan(3));

        Assert.Equal(FrameStatus.TooLarge, reader.TryRead(input, _payload));
        Assert.True(_payload.IsEmpty);
    }

    [Fact]
    public void A_frame_whose_end_is_not_found_within_the_limit_is_refused()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(new LineCodec(), 10);
        Receive(input, "0123456789"u8);
        Assert.Equal(FrameStatus.Incomplete, reader.TryRead(input, _payload));

        Receive(input, "x"u8);

        Assert.Equal(FrameStatus.TooLarge, reader.TryRead(input, _payload));
    }

    [Fact]
    public void A_frame_that_ends_at_the_limit_is_found_and_its_end_is_consumed()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(new LineCodec(), 10);
        Receive(input, "0123456789\n\nabc\nd"u8);

        List<byte[]> frames = [];
        Assert.Equal(FrameStatus.Incomplete, ReadAll(ref reader, input, frames));
        Assert.Equal(["0123456789"u8.ToArray(), [], "abc"u8.ToArray()], frames);
        Assert.Equal(1, input.Length);
    }

    [Fact]
    public void A_codec_that_calls_too_long_a_frame_complete_is_not_believed()
    {
        LinkBuffer input = NewBuffer();

        // It says that it needs three bytes besides the payload but uses one, so that its window holds a payload of 12.
        FrameReader reader = new(new LineCodec(overhead: 3), 10);
        Receive(input, "0123456789ab\n"u8);
        Assert.Equal(FrameStatus.TooLarge, reader.TryRead(input, _payload));
    }

    [Fact]
    public void What_the_codec_calls_invalid_is_invalid()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(Codecs.LengthField(2, countsItself: true), 10);
        Receive(input, [0, 1]);
        Assert.Equal(FrameStatus.Invalid, reader.TryRead(input, _payload));
    }

    [Fact]
    public void A_big_frame_is_not_looked_at_with_every_packet()
    {
        CountingCodec codec = new();
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(codec, 1024 * 1024);
        byte[] payload = RandomPayload(1024 * 1024);
        foreach (byte[] packet in RawClient.Frame(payload).Chunk(1000))
        {
            Assert.Equal(FrameStatus.Incomplete, reader.TryRead(input, _payload));
            Receive(input, packet);
        }

        Assert.Equal(FrameStatus.Complete, reader.TryRead(input, _payload));
        Assert.Equal(payload, _payload.AsSequence().ToArray());
        Assert.Equal(2, codec.Asked);
        _payload.Dispose();

        // And a small one behind it is looked at at once.
        Receive(input, RawClient.Frame([1]));
        Assert.Equal(FrameStatus.Complete, reader.TryRead(input, _payload));
        _payload.Dispose();
    }

    [Fact]
    public void The_codec_sees_no_more_than_the_limit_allows_and_never_nothing()
    {
        CountingCodec codec = new();
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(codec, 50);
        Assert.Equal(FrameStatus.Incomplete, reader.TryRead(input, _payload));
        Assert.Equal(0, codec.Asked);
        for (int i = 0; i < 100; i++)
        {
            Receive(input, RawClient.Frame(RandomPayload(i % 51)));
        }

        List<byte[]> frames = [];
        ReadAll(ref reader, input, frames);
        Assert.Equal(100, frames.Count);
        Assert.Equal(54, codec.MostSeen);
        Assert.True(codec.LeastSeen > 0);
    }

    [Fact]
    public void A_payload_is_not_copied()
    {
        LinkBuffer input = NewBuffer();
        FrameReader reader = new(Codecs.LengthField(), 5000);
        Receive(input, RawClient.Frame(RandomPayload(5000)));
        long rented = Pool.GetStatistics().Rented;

        Assert.Equal(FrameStatus.Complete, reader.TryRead(input, _payload));

        Assert.Equal(rented, Pool.GetStatistics().Rented);
        Assert.True(_payload.IsSingleSegment);
        _payload.Dispose();
    }

    private static byte[] RandomPayload(int count) => RawClient.RandomBytes(count, seed: count);

    private FrameStatus ReadAll(ref FrameReader reader, LinkBuffer input, List<byte[]> frames)
    {
        while (true)
        {
            FrameStatus status = reader.TryRead(input, _payload);
            if (status != FrameStatus.Complete)
            {
                Assert.True(_payload.IsEmpty);
                return status;
            }

            frames.Add(_payload.AsSequence().ToArray());
            _payload.Dispose();
        }
    }

    /// <summary>Lines: what a frame is shows only at its end.</summary>
    private sealed class LineCodec(int overhead = 1) : IFrameCodec
    {
        public int MaxOverheadBytes => overhead;

        public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
        {
            long at = Array.IndexOf(input.ToArray(), (byte)'\n');
            frame = at < 0 ? default : new FrameBounds(0, at, 1);
            return at < 0 ? DecodeStatus.Incomplete : DecodeStatus.Complete;
        }

        public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
        {
        }

        public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes) => output.Write("\n"u8);
    }

    /// <summary>The default codec, with a look at what it is shown.</summary>
    private sealed class CountingCodec : IFrameCodec
    {
        private readonly IFrameCodec _codec = Codecs.LengthField();

        public int Asked { get; private set; }

        public long MostSeen { get; private set; }

        public long LeastSeen { get; private set; } = long.MaxValue;

        public int MaxOverheadBytes => _codec.MaxOverheadBytes;

        public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
        {
            Asked++;
            MostSeen = Math.Max(MostSeen, input.Length);
            LeastSeen = Math.Min(LeastSeen, input.Length);
            return _codec.TryDecode(input, out frame);
        }

        public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes) => _codec.EncodePrefix(output, payloadBytes);

        public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes) => _codec.EncodeSuffix(output, payloadBytes);
    }
}
