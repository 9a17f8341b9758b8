using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>What holds for every codec: wherever the packets end, whatever the bytes, at the limit and one over.</summary>
public sealed class CodecSpec : BufferSpec
{
    private readonly BufferSlice _payload = new();

    public static TheoryData<string> Subjects => [.. CodecSubjects.Names];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void What_is_sent_is_received_wherever_the_bytes_are_cut_in_two(string subject)
    {
        IFrameCodec codec = CodecSubjects.Get(subject);
        Random random = new(1);
        byte[][] payloads = [.. ((int[])[3, 0, 1, 17, 0, 40]).Select(count => CodecSubjects.Payload(subject, count, random))];
        byte[] stream = CodecSubjects.Encode(codec, payloads);
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            Assert.Equal(payloads, Read(codec, 200, stream[..cut], stream[cut..]));
        }

        Assert.Equal(payloads, Read(codec, 200, [.. stream.Select(one => new[] { one })]));
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Random_payloads_in_random_packets_come_back(string subject)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        IFrameCodec codec = CodecSubjects.Get(subject);
        for (int round = 0; round < 100; round++)
        {
            byte[][] payloads = [.. Enumerable.Range(0, 10).Select(_ => CodecSubjects.Payload(subject, random.Next(201), random))];
            List<byte[]> packets = [];
            for (ReadOnlySpan<byte> rest = CodecSubjects.Encode(codec, payloads); !rest.IsEmpty;)
            {
                int count = random.Next(1, Math.Min(rest.Length, 100) + 1);
                packets.Add(rest[..count].ToArray());
                rest = rest[count..];
            }

            Assert.True(payloads.SequenceEqual(Read(codec, 200, [.. packets]), ByteArrays.Comparer), $"{subject}, seed {seed}, round {round}");
        }
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_look_that_goes_on_finds_what_a_look_from_the_beginning_finds(string subject)
    {
        IFrameCodec codec = CodecSubjects.Get(subject);
        byte[] frame = CodecSubjects.Encode(codec, [CodecSubjects.Payload(subject, 40, new Random(2))]);
        long seen = 0;
        for (int count = 1; count <= frame.Length; count++)
        {
            ReadOnlySequence<byte> input = Pieces.Of([.. frame.Take(count).Chunk(7)]);
            DecodeStatus fresh = codec.TryDecode(input, out FrameBounds expected);
            DecodeStatus status = codec.TryDecode(input, seen, out FrameBounds found);
            Assert.Equal((fresh, expected), (status, found));
            Assert.Equal(count == frame.Length ? DecodeStatus.Complete : DecodeStatus.Incomplete, status);
            seen = found == default ? count : 0;
        }
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Whatever_comes_is_frames_or_an_error_and_never_more_than_came(string subject)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        IFrameCodec codec = CodecSubjects.Get(subject);
        for (int round = 0; round < 500; round++)
        {
            byte[] stream = CodecSubjects.Encode(codec, Enumerable.Range(0, 5).Select(_ => CodecSubjects.Payload(subject, random.Next(50), random)));
            for (int spoiled = random.Next(1, 6); spoiled > 0; spoiled--)
            {
                stream[random.Next(stream.Length)] = (byte)random.Next(256);
            }

            LinkBuffer input = new(Pool);
            FrameReader reader = new(codec, 64);
            long consumed = 0;
            foreach (byte[] packet in stream.Chunk(random.Next(1, 30)))
            {
                Receive(input, packet);
                long before = input.Length;
                FrameStatus status;
                while ((status = reader.TryRead(input, _payload)) == FrameStatus.Complete)
                {
                    Assert.True(_payload.Length <= 64, $"{subject}, seed {seed}");
                    _payload.Dispose();
                    Assert.True(input.Length < before, $"{subject}, seed {seed}: a frame of no bytes");
                    consumed += before - input.Length;
                    before = input.Length;
                }

                Assert.True(_payload.IsEmpty);
                if (status is FrameStatus.Invalid or FrameStatus.TooLarge)
                {
                    Assert.NotEmpty(codec.Explain(input.AsSequence()));
                    break;
                }
            }

            Assert.True(consumed <= stream.Length, $"{subject}, seed {seed}");
            input.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_frame_of_exactly_the_limit_passes_and_one_byte_more_does_not(string subject)
    {
        IFrameCodec codec = CodecSubjects.Get(subject);
        byte[] payload = CodecSubjects.Payload(subject, 100, new Random(3));
        byte[] stream = CodecSubjects.Encode(codec, [payload, payload]);

        Assert.Equal([payload, payload], Read(codec, payload.Length, [.. stream.Select(one => new[] { one })]));
        Assert.Equal([payload, payload], Read(codec, payload.Length, stream));
        Assert.Equal(FrameStatus.TooLarge, FrameReading.ReadUntilRefused(Pool, codec, payload.Length - 1, stream));
        Assert.Equal(FrameStatus.TooLarge, FrameReading.ReadUntilRefused(Pool, codec, payload.Length - 1, [.. stream.Select(one => new[] { one })]));
    }

    private List<byte[]> Read(IFrameCodec codec, int limit, params byte[][] packets)
    {
        using LinkBuffer input = new(Pool);
        FrameReader reader = new(codec, limit);
        List<byte[]> frames = [];
        foreach (byte[] packet in packets)
        {
            Receive(input, packet);
            FrameStatus status;
            while ((status = reader.TryRead(input, _payload)) == FrameStatus.Complete)
            {
                frames.Add(_payload.AsSequence().ToArray());
                _payload.Dispose();
            }

            Assert.Equal(FrameStatus.Incomplete, status);
            input.Release();
        }

        Assert.True(input.IsEmpty);
        return frames;
    }

    private sealed class ByteArrays : IEqualityComparer<byte[]>
    {
        public static ByteArrays Comparer { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
