using Netpoll.Bench.Load.Frames;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed unsafe class ReplyVerifierSpec : IDisposable
{
    private readonly EchoFrame _frame = new(bodyBytes: 40);
    private ReplyVerifier _verifier;

    public void Dispose() => _frame.Dispose();

    [Fact]
    public void A_reply_may_be_cut_anywhere()
    {
        byte[] reply = Reply(new FrameStamp(3, 1, 70));
        for (int cut = 1; cut < reply.Length; cut++)
        {
            Assert.Equal(ReplyProgress.Partial, Take(reply[..cut]));
            Assert.Equal(ReplyProgress.Whole, Take(reply[cut..]));
            Assert.Equal(new FrameStamp(3, 1, 70), _verifier.Stamp);
        }
    }

    [Fact]
    public void Replies_in_one_piece_are_told_one_by_one()
    {
        ReadOnlySpan<byte> bytes = [.. Reply(new FrameStamp(1, 0, 5)), .. Reply(new FrameStamp(1, 2, 4))];

        Assert.Equal(ReplyProgress.Whole, TakeNext(ref bytes));
        Assert.Equal(5, _verifier.Stamp.Sequence);
        Assert.Equal(ReplyProgress.Whole, TakeNext(ref bytes));
        Assert.Equal(2, _verifier.Stamp.Slot);
        Assert.True(bytes.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(EchoFrame.HeadBytes)]
    [InlineData(43)]
    public void A_wrong_byte_in_the_length_or_the_body_is_noticed(int position)
    {
        byte[] reply = Reply(new FrameStamp(1, 0, 0));
        reply[position] ^= 1;

        Assert.Equal(ReplyProgress.Wrong, Take(reply));
    }

    private byte[] Reply(FrameStamp stamp) => new ReadOnlySpan<byte>(_frame.Stamp(stamp), _frame.Length).ToArray();

    private ReplyProgress Take(byte[] piece)
    {
        ReadOnlySpan<byte> bytes = piece;
        ReplyProgress progress = TakeNext(ref bytes);
        return progress;
    }

    /// <summary>Takes bytes until something is known or none are left.</summary>
    private ReplyProgress TakeNext(ref ReadOnlySpan<byte> bytes)
    {
        ReplyProgress progress = ReplyProgress.Partial;
        while (!bytes.IsEmpty && progress == ReplyProgress.Partial)
        {
            progress = _verifier.Take(_frame, ref bytes);
        }

        return progress;
    }
}
