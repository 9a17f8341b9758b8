using System.Buffers.Binary;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>The way of one request through the buffers: read, frame, slice, reply, send, release.</summary>
public sealed class RequestPathSpec : BufferSpec
{
    private readonly byte[] _frame = MakeFrame(Count(1024, 7));

    [Fact]
    public void A_framed_request_comes_back_byte_for_byte()
    {
        LinkBuffer input = NewBuffer();
        LinkBuffer output = NewBuffer();
        BufferSlice slice = Own(new BufferSlice());

        Echo(input, output, slice);

        Assert.Equal(_frame, Send(output));
    }

    [Fact]
    public void The_path_allocates_nothing_once_it_has_run()
    {
        using BlockCache cache = Pool.CreateCache();
        cache.EnterThread();
        LinkBuffer input = NewBuffer();
        LinkBuffer output = NewBuffer();
        BufferSlice slice = Own(new BufferSlice());
        RunAndDrop(input, output, slice, 100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        RunAndDrop(input, output, slice, 1000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        cache.ExitThread();
#if DEBUG
        Assert.True(allocated >= 0); // Lease stacks.
#else
        Assert.Equal(0, allocated);
#endif
    }

    [Fact]
    public void Drained_and_released_buffers_hold_no_memory()
    {
        LinkBuffer input = NewBuffer();
        LinkBuffer output = NewBuffer();
        BufferSlice slice = Own(new BufferSlice());

        Echo(input, output, slice);
        Assert.True(output.HeldBytes() > 0);
        Send(output);

        Assert.Equal(0, input.HeldBytes());
        Assert.Equal(0, output.HeldBytes());
    }

    private static byte[] MakeFrame(byte[] payload)
    {
        var frame = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        payload.CopyTo(frame, 4);
        return frame;
    }

    private void RunAndDrop(LinkBuffer input, LinkBuffer output, BufferSlice slice, int times)
    {
        Span<IoVector> vectors = stackalloc IoVector[16];
        for (int i = 0; i < times; i++)
        {
            Echo(input, output, slice);
            output.GetWriteVectors(vectors);
            output.Skip(output.Length);
            output.Release();
        }
    }

    private void Echo(LinkBuffer input, LinkBuffer output, BufferSlice slice)
    {
        Receive(input, _frame);
        int length = BinaryPrimitives.ReadInt32BigEndian(input.Peek(4));
        input.Skip(4);
        input.Slice(length, slice);
        input.Release();

        BinaryPrimitives.WriteInt32BigEndian(output.Malloc(4), slice.Length);
        foreach (ReadOnlyMemory<byte> piece in slice.AsSequence())
        {
            output.WriteBinary(piece.Span);
        }

        output.Flush();
        slice.Dispose();
    }
}
