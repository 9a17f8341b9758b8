using Netpoll.Actors.Framing;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>Reading frames as a connection does, packet after packet.</summary>
internal static class FrameReading
{
    /// <summary>What the reader says in the end of packets that have no frame: the first thing that is not <see cref="FrameStatus.Incomplete"/>, if there is one.</summary>
    public static FrameStatus ReadUntilRefused(BlockPool pool, IFrameCodec codec, int limit, params byte[][] packets)
    {
        using LinkBuffer input = new(pool);
        using BufferSlice payload = new();
        FrameReader reader = new(codec, limit);
        FrameStatus status = FrameStatus.Incomplete;
        foreach (byte[] packet in packets)
        {
            BufferSpec.Receive(input, packet);
            status = reader.TryRead(input, payload);
            if (status != FrameStatus.Incomplete)
            {
                break;
            }
        }

        Assert.True(payload.IsEmpty);
        return status;
    }
}
