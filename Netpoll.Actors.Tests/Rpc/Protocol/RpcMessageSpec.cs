using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Framing;
using Xunit;

namespace Netpoll.Actors.Tests.Rpc.Protocol;

/// <summary>Messages on the wire, byte by byte; and that nothing else is taken for one.</summary>
public sealed class RpcMessageSpec
{
    private static readonly byte[] s_call =
    [
        1, 1, 0, 3, // version, request, no status, three bytes of method
        0, 0, 0, 0, 0, 0, 1, 2, // id 258
        0, 0, 3, 0xE8, // 1000 ms
        0, 6, 1, 0, // six bytes of metadata, one entry, no window
        (byte)'a', (byte)'/', (byte)'b',
        2, (byte)'k', (byte)'1', 0, 1, (byte)'v',
        9, 8, 7, // the request
    ];

    [Fact]
    public void A_call_is_written_as_the_documentation_says()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteRequest(output, 258, "a/b"u8, TimeSpan.FromSeconds(1), new RpcMetadata { { "k1", "v" } });
        output.Write((byte[])[9, 8, 7]);
        Assert.Equal(s_call, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_message_is_the_same_wherever_its_bytes_are_cut()
    {
        for (int cut = 0; cut <= s_call.Length; cut++)
        {
            AssertIsTheCall(Pieces.Of(s_call[..cut], s_call[cut..]));
        }

        AssertIsTheCall(Pieces.Of([.. s_call.Select(one => new[] { one })]));

        static void AssertIsTheCall(ReadOnlySequence<byte> bytes)
        {
            Assert.Equal(RpcDefect.None, RpcMessage.TryRead(bytes, RpcSide.Server, RpcLimits.Default, out RpcMessage message));
            Assert.Equal((RpcKind.Request, RpcStatus.Ok, 258UL, 1000U), (message.Kind, message.Status, message.Id, message.TimeoutMillis));
            Assert.Equal("a/b"u8.ToArray(), message.Method.ToArray());
            Assert.Equal([new("k1", "v")], message.ReadMetadata());
            Assert.Equal([9, 8, 7], message.Payload.ToArray());
        }
    }

    [Fact]
    public void Every_kind_is_read_as_it_was_written()
    {
        RpcMetadata metadata = new() { { "a", "ä" }, { "b", "" } };
        Assert.Equal((RpcKind.OneWay, 0UL, "m", "", 0), Read(RpcSide.Server, output => RpcWriter.WriteOneWay(output, "m"u8)));
        Assert.Equal((RpcKind.Cancel, 7UL, "", "", 0), Read(RpcSide.Server, output => RpcWriter.WriteCancel(output, 7)));
        Assert.Equal((RpcKind.Credit, 7UL, "", "\0\0\0\0\0\0`\0", 0), Read(RpcSide.Server, output => RpcWriter.WriteCredit(output, 7, 0x6000)));
        Assert.Equal((RpcKind.Response, 7UL, "", "x", 2), Read(RpcSide.Client, output =>
        {
            RpcWriter.WriteResponse(output, 7, metadata);
            output.Write("x"u8);
        }));
        Assert.Equal((RpcKind.StreamItem, ulong.MaxValue, "", "", 0), Read(RpcSide.Client, output => RpcWriter.WriteStreamItem(output, ulong.MaxValue)));
        Assert.Equal((RpcKind.StreamEnd, 1UL, "", "", 2), Read(RpcSide.Client, output => RpcWriter.WriteStreamEnd(output, 1, metadata)));
        Assert.Equal((RpcKind.Error, 1UL, "", "no ä", 0), Read(RpcSide.Client, output => RpcWriter.WriteError(output, 1, RpcStatus.NotFound, "no ä")));

        static (RpcKind, ulong, string, string, int) Read(RpcSide side, Action<ArrayBufferWriter<byte>> write)
        {
            ArrayBufferWriter<byte> output = new();
            write(output);
            Assert.Equal(RpcDefect.None, RpcMessage.TryRead(new(output.WrittenMemory), side, RpcLimits.Default, out RpcMessage message));
            Assert.NotEqual(RpcDefect.None, RpcMessage.TryRead(new(output.WrittenMemory), 1 - side, RpcLimits.Default, out _));
            Assert.Equal(message.Kind == RpcKind.Error ? RpcStatus.NotFound : RpcStatus.Ok, message.Status);
            return (message.Kind, message.Id, Encoding.UTF8.GetString(message.Method), message.ReadText(), message.ReadMetadata().Count);
        }
    }

    [Theory]
    [InlineData(0, 2, RpcDefect.Version)]
    [InlineData(0, 71, RpcDefect.Version)]
    [InlineData(1, 0, RpcDefect.Kind)]
    [InlineData(1, 4, RpcDefect.Kind)]
    [InlineData(1, 9, RpcDefect.Kind)]
    [InlineData(1, 8, RpcDefect.Call)]
    [InlineData(1, 2, RpcDefect.Id)]
    [InlineData(2, 1, RpcDefect.Status)]
    [InlineData(2, 17, RpcDefect.Status)]
    [InlineData(3, 0, RpcDefect.Call)]
    [InlineData(3, 255, RpcDefect.Truncated)]
    [InlineData(3, 4, RpcDefect.Metadata)]
    [InlineData(16, 255, RpcDefect.MetadataLimit)]
    [InlineData(17, 5, RpcDefect.Metadata)]
    [InlineData(17, 7, RpcDefect.Metadata)]
    [InlineData(17, 0, RpcDefect.Metadata)]
    [InlineData(17, 200, RpcDefect.Truncated)]
    [InlineData(18, 0, RpcDefect.Metadata)]
    [InlineData(18, 2, RpcDefect.Metadata)]
    [InlineData(18, 65, RpcDefect.MetadataLimit)]
    [InlineData(19, 31, RpcDefect.Detail)]
    [InlineData(23, 0, RpcDefect.Metadata)]
    [InlineData(23, 200, RpcDefect.Metadata)]
    [InlineData(24, 'A', RpcDefect.Metadata)]
    [InlineData(26, 1, RpcDefect.Metadata)]
    public void One_wrong_byte_is_found_and_named(int at, byte value, RpcDefect expected)
    {
        byte[] bytes = [.. s_call];
        bytes[at] = value;
        Assert.Equal(expected, RpcMessage.TryRead(new(bytes), RpcSide.Server, RpcLimits.Default, out RpcMessage message));
        Assert.Equal(default, message.Kind);
        Assert.NotEmpty(RpcCodec.Server.Explain(new ReadOnlySequence<byte>([0, 0, 0, (byte)bytes.Length, .. bytes])));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(2, 1, 2)]
    [InlineData(16 * 1024, 14, 16 * 1024)]
    [InlineData(40_000, 15, 32 * 1024)]
    [InlineData(int.MaxValue, 30, 1 << 30)]
    public void A_window_is_said_as_a_power_of_two(int window, byte detail, int said)
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteRequest(output, 258, "a/b"u8, TimeSpan.FromSeconds(1), new RpcMetadata { { "k1", "v" } }, window);
        output.Write((byte[])[9, 8, 7]);
        byte[] expected = [.. s_call];
        expected[19] = detail;
        Assert.Equal(expected, output.WrittenSpan.ToArray());
        Assert.Equal(RpcDefect.None, RpcMessage.TryRead(new(output.WrittenMemory), RpcSide.Server, RpcLimits.Default, out RpcMessage message));
        Assert.Equal(said, message.StreamWindow);
    }

    [Fact]
    public void A_credit_is_written_as_the_documentation_says()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteCredit(output, 258, 24 * 1024);
        Assert.Equal([1, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x60, 0], output.WrittenSpan.ToArray());
        Assert.Equal(RpcDefect.None, RpcMessage.TryRead(new(output.WrittenMemory), RpcSide.Server, RpcLimits.Default, out RpcMessage message));
        Assert.Equal(24UL * 1024, message.ReadCredit());
        for (int length = 20; length < 28; length++)
        {
            Assert.Equal(RpcDefect.Payload, RpcMessage.TryRead(new(output.WrittenMemory[..length]), RpcSide.Server, RpcLimits.Default, out _));
        }

        Assert.Equal(RpcDefect.Payload, RpcMessage.TryRead(new([.. output.WrittenSpan, 0]), RpcSide.Server, RpcLimits.Default, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_error_says_whether_the_call_was_started(bool isNotStarted)
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteError(output, 1, RpcStatus.Unavailable, "no", isNotStarted: isNotStarted);
        Assert.Equal(RpcDefect.None, RpcMessage.TryRead(new(output.WrittenMemory), RpcSide.Client, RpcLimits.Default, out RpcMessage message));
        Assert.Equal(isNotStarted, message.IsNotStarted);
        byte[] other = [.. output.WrittenSpan];
        other[19] = 2;
        Assert.Equal(RpcDefect.Detail, RpcMessage.TryRead(new(other), RpcSide.Client, RpcLimits.Default, out _));
    }

    [Fact]
    public void A_message_that_ends_too_early_is_no_message()
    {
        int payload = s_call.Length - 3;
        for (int length = 0; length < payload; length++)
        {
            Assert.Equal(RpcDefect.Truncated, RpcMessage.TryRead(new(s_call, 0, length), RpcSide.Server, RpcLimits.Default, out _));
        }

        Assert.Equal(RpcDefect.None, RpcMessage.TryRead(new(s_call, 0, payload), RpcSide.Server, RpcLimits.Default, out RpcMessage empty));
        Assert.True(empty.Payload.IsEmpty);
    }

    [Fact]
    public void What_has_no_payload_and_no_id_is_refused_with_one()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteCancel(output, 3);
        Assert.Equal(RpcDefect.Payload, RpcMessage.TryRead(new([.. output.WrittenSpan, 0]), RpcSide.Server, RpcLimits.Default, out _));
        byte[] withTimeout = [.. output.WrittenSpan];
        withTimeout[15] = 1;
        Assert.Equal(RpcDefect.Call, RpcMessage.TryRead(new(withTimeout), RpcSide.Server, RpcLimits.Default, out _));
        byte[] withoutId = [.. output.WrittenSpan];
        withoutId[11] = 0;
        Assert.Equal(RpcDefect.Id, RpcMessage.TryRead(new(withoutId), RpcSide.Server, RpcLimits.Default, out _));
    }

    [Fact]
    public void Random_bytes_are_refused_or_lie_within_the_frame()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = [.. s_call];
            for (int spoiled = random.Next(1, 5); spoiled > 0; spoiled--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ReadOnlySequence<byte> frame = Pieces.Of([.. bytes.Take(random.Next(1, bytes.Length + 1)).Chunk(random.Next(1, 30))]);
            RpcSide side = (RpcSide)random.Next(2);
            if (RpcMessage.TryRead(frame, side, RpcLimits.Default, out RpcMessage message) == RpcDefect.None)
            {
                int metadata = message.ReadMetadata().Sum(entry => 3 + entry.Key.Length);
                Assert.True(20 + message.Method.Length + metadata + message.Payload.Length <= frame.Length, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Limits_on_metadata_are_the_receivers()
    {
        ArrayBufferWriter<byte> output = new();
        RpcMetadata metadata = [];
        for (int i = 0; i < 3; i++)
        {
            metadata.Add("name", "0123456789");
        }

        RpcWriter.WriteRequest(output, 1, "m"u8, metadata: metadata);
        ReadOnlySequence<byte> frame = new(output.WrittenMemory);
        Assert.Equal(RpcDefect.None, RpcMessage.TryRead(frame, RpcSide.Server, new RpcLimits { MaxMetadataEntries = 3, MaxMetadataBytes = 51 }, out _));
        Assert.Equal(RpcDefect.MetadataLimit, RpcMessage.TryRead(frame, RpcSide.Server, new RpcLimits { MaxMetadataEntries = 2 }, out _));
        Assert.Equal(RpcDefect.MetadataLimit, RpcMessage.TryRead(frame, RpcSide.Server, new RpcLimits { MaxMetadataBytes = 50 }, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcCodec(RpcSide.Server, new RpcLimits { MaxMetadataEntries = 256 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcCodec(RpcSide.Server, new RpcLimits { MaxMetadataBytes = -1 }));
    }

    [Fact]
    public void What_cannot_be_said_is_not_written()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 0, "m"u8));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 1, ""u8));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 1, new byte[256]));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 1, "m"u8, TimeSpan.Zero));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 1, "m"u8, streamWindow: 1));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteRequest(output, 1, "m"u8, streamWindow: -1));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteCredit(output, 0, 1));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteError(output, 1, RpcStatus.Ok, "m"));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteError(output, 1, (RpcStatus)17, "m"));
        Assert.ThrowsAny<ArgumentException>(() => RpcWriter.WriteOneWay(output, "m"u8, metadata: new RpcMetadata { { "a", new string('x', 65_535) } }));
        Assert.Equal(0, output.WrittenCount);

        RpcMetadata metadata = [];
        Assert.Throws<ArgumentException>(() => metadata.Add("", "x"));
        Assert.Throws<ArgumentException>(() => metadata.Add("Name", "x"));
        Assert.Throws<ArgumentException>(() => metadata.Add("name", new string('x', 65_536)));
        Assert.Throws<InvalidOperationException>(() => RpcMetadata.Empty.Add("name", "x"));
        Assert.Empty(metadata);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(10_000L * uint.MaxValue, uint.MaxValue)]
    [InlineData((10_000L * uint.MaxValue) + 1, 0)]
    public void A_time_is_rounded_up_to_milliseconds(long ticks, uint expected)
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter.WriteOneWay(output, "m"u8, TimeSpan.FromTicks(ticks));
        RpcMessage.TryRead(new(output.WrittenMemory), RpcSide.Server, RpcLimits.Default, out RpcMessage message);
        Assert.Equal(expected, message.TimeoutMillis);
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        ArrayBufferWriter<byte> output = new(256);
        WriteAndRead();
        WriteAndRead();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            WriteAndRead();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void WriteAndRead()
        {
            output.ResetWrittenCount();
            RpcWriter.WriteRequest(output, 1, "service/method"u8, TimeSpan.FromSeconds(1));
            output.Write("payload"u8);
            RpcMessage.TryRead(new(output.WrittenMemory), RpcSide.Server, RpcLimits.Default, out RpcMessage message);
            Assert.True(message.Payload.Length == 7 && message.ReadMetadata().Count == 0);
        }
    }
}
