using Echo.Load;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

public sealed class ReplyVerifierSpec
{
    private const int Connection = 7;

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(1024)]
    [InlineData(100_000)]
    public void What_was_sent_is_accepted_however_it_is_cut(int bodyBytes)
    {
        var frame = new EchoFrame(bodyBytes);
        byte[] sent = Frames(frame, Connection, count: 3);

        foreach (int piece in (int[])[1, 2, 3, 5, 16, 17, 1027, 1028, 1029, 65536, sent.Length])
        {
            if (sent.Length / piece <= 20_000)
            {
                Assert.Equal(3, WholeReplies(new ReplyVerifier(frame, Connection), sent, piece));
            }
        }
    }

    [Fact]
    public void Any_wrong_byte_is_found()
    {
        var frame = new EchoFrame(40);
        byte[] sent = Frames(frame, Connection, count: 2);

        for (int i = 0; i < sent.Length; i++)
        {
            byte[] received = [.. sent];
            received[i] ^= 1;
            Assert.Null(WholeReplies(new ReplyVerifier(frame, Connection), received, received.Length));
        }
    }

    [Fact]
    public void A_reply_to_another_request_is_found()
    {
        var frame = new EchoFrame(40);
        byte[] second = Frames(frame, Connection, count: 2)[frame.Length..];

        Assert.Null(WholeReplies(new ReplyVerifier(frame, Connection), second, second.Length));
    }

    [Fact]
    public void A_reply_to_another_connection_is_found()
    {
        var frame = new EchoFrame(40);
        byte[] foreign = Frames(frame, Connection + 1, count: 1);

        Assert.Null(WholeReplies(new ReplyVerifier(frame, Connection), foreign, foreign.Length));
    }

    [Fact]
    public void A_part_of_a_reply_is_not_a_reply()
    {
        var frame = new EchoFrame(40);
        byte[] sent = Frames(frame, Connection, count: 1);

        Assert.Equal(0, WholeReplies(new ReplyVerifier(frame, Connection), sent[..^1], sent.Length));
    }

    /// <summary>What a connection's first requests put on the wire.</summary>
    private static byte[] Frames(EchoFrame frame, int connection, int count)
    {
        using var output = new LinkBuffer();
        for (int request = 0; request < count; request++)
        {
            frame.Write(output, connection, request);
        }

        output.Flush();
        Assert.Equal(count * frame.Length, output.Length);
        return output.ReadBinary((int)output.Length);
    }

    /// <summary>How many whole replies the verifier saw, or null if it found a wrong byte.</summary>
    private static int? WholeReplies(ReplyVerifier verifier, byte[] received, int pieceBytes)
    {
        int count = 0;
        foreach (byte[] piece in received.Chunk(pieceBytes))
        {
            ReadOnlySpan<byte> bytes = piece;
            while (!bytes.IsEmpty)
            {
                if (!verifier.TryTake(ref bytes, out bool isWhole))
                {
                    return null;
                }

                count += isWhole ? 1 : 0;
            }
        }

        return count;
    }
}
