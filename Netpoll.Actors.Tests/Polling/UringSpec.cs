using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Uring;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>A test of what a ring has in flight; skipped where there is none.</summary>
public abstract class UringSpec : BufferSpec
{
    protected UringSpec() => TestBackend.SkipWithout(PollerBackend.IoUring);

    private protected PollEvent[] Events { get; } = new PollEvent[64];

    /// <summary>A buffer with the bytes, ready to be sent.</summary>
    protected LinkBuffer Holding(byte[] bytes)
    {
        LinkBuffer buffer = NewBuffer();
        buffer.WriteBinary(bytes.AsSpan());
        buffer.Flush();
        return buffer;
    }

    /// <summary>Sends random bytes from one stream, and fails unless the other receives them and they are reported as sent.</summary>
    private protected void SendThrough(UringPoller poller, ICompletionStream near, ICompletionStream far, int bytes)
    {
        byte[] expected = RawClient.RandomBytes(bytes);
        LinkBuffer output = Holding(expected), input = NewBuffer();
        long sent = 0;
        while (input.Length < bytes || !output.IsEmpty)
        {
            SysResult ended = near.Send(output, out long left);
            Assert.True(!ended.IsError || ended.WouldBlock);
            sent += left;
            poller.Wait(Events, 1000);
            _ = far.Receive(input, out _);
        }

        _ = near.Send(output, out long last);
        Assert.Equal(bytes, sent + last);
        Assert.True(expected.AsSpan().SequenceEqual(input.ReadBinary(bytes)));
    }
}
