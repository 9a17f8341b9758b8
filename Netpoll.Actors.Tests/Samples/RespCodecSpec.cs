using System.Buffers;
using System.Text;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Framing;
using Netpoll.Poller.Buffers;
using RedisSample.Protocol;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Redis sample's codec: wherever the packets end, at the limits and beyond, and over spoilt bytes.</summary>
public sealed class RespCodecSpec : BufferSpec
{
    private readonly BufferSlice _payload = new();

    [Fact]
    public void Commands_are_the_same_wherever_their_bytes_are_cut()
    {
        string[] commands =
        [
            "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
            "PING\r\n",
            "*1\r\n$0\r\n\r\n",
            "*0\r\n",
            "*-1\r\n",
            "\r\n",
            "SET a  b\n",
            "*3\r\n$3\r\nSET\r\n$4\r\n\r\n*1\r\n$2\r\n$9\r\n",
        ];
        byte[] stream = Encoding.ASCII.GetBytes(string.Concat(commands));
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            for (int second = cut; second <= stream.Length; second++)
            {
                Assert.Equal(commands, Read(stream.Length, stream[..cut], stream[cut..second], stream[second..]));
            }
        }

        Assert.Equal(commands, Read(stream.Length, [.. stream.Select(one => new[] { one })]));
    }

    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$2\r\nab\r\n")]
    [InlineData("GET abcdefghijklmnop\r\n")]
    [InlineData("*1\r\n$0\r\n\r\n")]
    public void A_command_of_exactly_the_frame_limit_passes_and_one_byte_more_does_not(string command)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(command);
        Assert.Equal([command], Read(bytes.Length, bytes));
        Assert.Equal([command], Read(bytes.Length, [.. bytes.Select(one => new[] { one })]));
        Assert.Equal(FrameStatus.TooLarge, FrameReading.ReadUntilRefused(Pool, RespCodec.Instance, bytes.Length - 1, [bytes]));
        Assert.Equal(FrameStatus.TooLarge, FrameReading.ReadUntilRefused(Pool, RespCodec.Instance, bytes.Length - 1, [.. bytes.Select(one => new[] { one })]));
    }

    [Fact]
    public void Arguments_and_lines_of_exactly_their_limits_pass_and_one_more_is_malformed()
    {
        string longest = new('x', RespCommand.MaxArgumentBytes);
        AssertIs(RespStatus.Complete, null, $"*1\r\n${longest.Length}\r\n{longest}\r\n");
        AssertIs(RespStatus.Malformed, "invalid bulk length", $"*1\r\n${longest.Length + 1}\r\n");
        AssertIs(RespStatus.Malformed, "invalid bulk length", "*1\r\n$-1\r\n");

        string arguments = string.Concat(Enumerable.Repeat("$1\r\nx\r\n", RespCommand.MaxArguments));
        AssertIs(RespStatus.Complete, null, $"*{RespCommand.MaxArguments}\r\n{arguments}");
        AssertIs(RespStatus.Malformed, "invalid multibulk length", $"*{RespCommand.MaxArguments + 1}\r\n");

        string line = new('x', RespCommand.MaxLineBytes);
        AssertIs(RespStatus.Complete, null, line + "\n");
        AssertIs(RespStatus.Incomplete, null, line);
        AssertIs(RespStatus.Malformed, "too big inline request", line + "x");
        AssertIs(RespStatus.Malformed, "too big inline request", line + "x\n");
    }

    [Theory]
    [InlineData("*\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*1 \r\n")]
    [InlineData("*99999999999999999999\r\n")]
    [InlineData("*000000000000000000000000000000000000")]
    [InlineData("*1\r\n+OK\r\n")]
    [InlineData("*1\r\n$\r\n")]
    [InlineData("*1\r\n$1x\r\n")]
    [InlineData("*1\r\n$000000000000000000000000000000000000")]
    [InlineData("*1\r\n$1\r\nab\r\n")]
    [InlineData("*1\r\n$1\r\na\n\r")]
    public void What_is_no_command_is_malformed_as_soon_as_that_can_be_told(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        AssertIs(RespStatus.Malformed, expectedError: null, text);
        bool isMalformed = false;
        for (int count = 1; count <= bytes.Length; count++)
        {
            ReadOnlySequence<byte> input = Pieces.Of([.. bytes.Take(count).Chunk(3)]);
            RespStatus status = RespCommand.TryRead(input, arguments: null, out _, out _);
            Assert.NotEqual(RespStatus.Complete, status);

            // Never forgiven with more bytes.
            Assert.True(!isMalformed || status == RespStatus.Malformed);
            isMalformed = status == RespStatus.Malformed;
        }
    }

    [Fact]
    public void Whatever_comes_is_commands_or_an_error_and_never_more_than_came()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] whole = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10\r\n0123456789\r\nGET k\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] stream = [.. whole];
            for (int spoiled = random.Next(1, 5); spoiled > 0; spoiled--)
            {
                // Bytes that mean something are likelier to lead astray.
                stream[random.Next(stream.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"*$\r\n019- "[random.Next(9)];
            }

            using LinkBuffer input = new(Pool);
            FrameReader reader = new(RespCodec.Instance, 64);
            long consumed = 0;
            foreach (byte[] packet in stream.Chunk(random.Next(1, 30)))
            {
                Receive(input, packet);
                FrameStatus status;
                while ((status = reader.TryRead(input, _payload)) == FrameStatus.Complete)
                {
                    Assert.True(_payload.Length is > 0 and <= 64, $"seed {seed}");
                    List<byte[]> arguments = [];
                    ReadOnlySequence<byte> frame = _payload.AsSequence();
                    RespStatus read = RespCommand.TryRead(frame, arguments, out SequencePosition end, out _);
                    Assert.True(read != RespStatus.Incomplete, $"seed {seed}");
                    Assert.True(read == RespStatus.Malformed || end.Equals(frame.End), $"seed {seed}");
                    Assert.True(arguments.Sum(argument => argument.Length) <= frame.Length, $"seed {seed}");
                    consumed += _payload.Length;
                    _payload.Dispose();
                }

                if (status == FrameStatus.TooLarge)
                {
                    break;
                }
            }

            Assert.True(consumed <= stream.Length, $"seed {seed}");
        }
    }

    private static void AssertIs(RespStatus expected, string? expectedError, string text)
    {
        ReadOnlySequence<byte> input = new(Encoding.ASCII.GetBytes(text));
        RespStatus status = RespCommand.TryRead(input, arguments: null, out SequencePosition end, out string? error);
        Assert.Equal(expected, status);
        Assert.Equal(expected == RespStatus.Malformed, error is not null);
        Assert.True(expectedError is null || error == expectedError, error);
        Assert.True(expected != RespStatus.Complete || input.Slice(end).IsEmpty);
    }

    private List<string> Read(int limit, params byte[][] packets)
    {
        using LinkBuffer input = new(Pool);
        FrameReader reader = new(RespCodec.Instance, limit);
        List<string> commands = [];
        foreach (byte[] packet in packets)
        {
            if (packet.Length > 0)
            {
                Receive(input, packet);
            }

            FrameStatus status;
            while ((status = reader.TryRead(input, _payload)) == FrameStatus.Complete)
            {
                commands.Add(Encoding.ASCII.GetString(_payload.AsSequence()));
                _payload.Dispose();
            }

            Assert.Equal(FrameStatus.Incomplete, status);
        }

        Assert.True(input.IsEmpty);
        return commands;
    }
}
