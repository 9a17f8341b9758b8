using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Bench.Servers.Frames;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class FrameScannerSpec
{
    private static readonly byte[] s_bytes = [.. Frame(3), .. Frame(0), .. Frame(5)[..6]];

    [Fact]
    public void Only_whole_frames_count_and_the_size_of_the_cut_one_is_told()
    {
        Assert.Equal(11, FrameScanner.WholeBytes(s_bytes, out int needed));
        Assert.Equal(9, needed);
    }

    [Fact]
    public void Frames_are_cut_off_one_by_one()
    {
        var rest = new ReadOnlySequence<byte>(s_bytes);

        Assert.True(FrameScanner.TryCut(ref rest, out ReadOnlySequence<byte> first));
        Assert.True(FrameScanner.TryCut(ref rest, out ReadOnlySequence<byte> second));
        Assert.False(FrameScanner.TryCut(ref rest, out _));

        Assert.Equal((7, 4, 6), (first.Length, second.Length, rest.Length));
    }

    [Fact]
    public void A_length_over_the_limit_is_refused() =>
        Assert.Throws<InvalidDataException>(() => FrameScanner.WholeBytes([0xFF, 0, 0, 0], out _));

    private static byte[] Frame(int body)
    {
        byte[] frame = new byte[4 + body];
        BinaryPrimitives.WriteInt32BigEndian(frame, body);
        return frame;
    }
}
