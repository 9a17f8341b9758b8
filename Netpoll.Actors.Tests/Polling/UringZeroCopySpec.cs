using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Uring;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>
/// Zero-copy sends: the kernel keeps a buffer's blocks until the peer has acknowledged them. Over loopback it copies in the end, but when the peer's
/// side has room for it, so the times at which memory is lent and comes back are those of a real network.
/// </summary>
public sealed class UringZeroCopySpec : UringSpec
{
    /// <summary>More than a peer that does not read has room for, and less than the sender's side may hold.</summary>
    private const int TooMuch = 512 * 1024;

    // Room for all of it at the sender's side, little at the peer's.
    private static readonly SocketOptions s_narrow = SocketOptions.Default with { SendBufferBytes = 4 * TooMuch, ReceiveBufferBytes = 16 * 1024 };

    private readonly List<int> _descriptors = [];
    private UringPoller _poller;

    public UringZeroCopySpec()
    {
        _poller = Own(new UringPoller(64, Pool, zeroCopyFrom: 1000) { LendsThoughCopied = true });
    }

    [SkippableTheory]
    [InlineData("tcp", 999)]
    [InlineData("tcp", 1000)]
    [InlineData("tcp", 10_000_000)]
    [InlineData("unix", 100_000)]
    public void What_one_end_sends_the_other_receives_and_all_memory_comes_back(string kind, int bytes)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.Write), far = Stream(pair.FarSocket, PollInterest.Read);
        SendThrough(_poller, near, far, bytes);
        End();
    }

    [SkippableFact]
    public void Bytes_that_have_left_are_the_senders_no_more_but_their_memory_stays_until_the_peer_has_taken_them()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp(s_narrow));
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.None);
        LinkBuffer output = SendAll(near, out byte[] expected);
        long lent = Pool.GetStatistics().Outstanding;
        Assert.NotEqual(0, _poller.Lingering);

        // Written behind it, into what may be the same block.
        byte[] more = RawClient.RandomBytes(5000);
        output.WriteBinary(more.AsSpan());
        output.Flush();
        Assert.True(near.Send(output, out _).WouldBlock);

        Assert.Equal([.. expected, .. more], TakeAll(pair, TooMuch + more.Length));
        End();
        Assert.True(Pool.GetStatistics().Outstanding < lent);
    }

    [SkippableFact]
    public void A_stream_removed_before_its_peer_has_taken_all_keeps_the_memory_until_then()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp(s_narrow));
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.None);
        LinkBuffer output = SendAll(near, out byte[] expected);
        Assert.False(_poller.Remove(pair.NearSocket.Descriptor).IsError);
        _descriptors.Clear();
        pair.Near.Close();
        output.Dispose();
        long lent = Pool.GetStatistics().Outstanding;
        Assert.NotEqual(0, _poller.Lingering);

        Assert.Equal(expected, TakeAll(pair, TooMuch));
        End();
        Assert.True(Pool.GetStatistics().Outstanding < lent);
    }

    [SkippableFact]
    public void A_stream_settles_without_waiting_for_its_peer()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp(s_narrow));
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.Read);
        SendAll(near, out byte[] expected);
        near.Settle();
        Assert.NotEqual(0, _poller.Lingering);
        Assert.Equal(expected, TakeAll(pair, TooMuch));
        End();
    }

    [SkippableFact]
    public void A_poller_disposed_while_its_memory_is_lent_leaves_it_to_the_kernel_for_good()
    {
        BlockPool pool = new(new BlockPoolOptions { KeepLeaseStacks = false });
        _poller.Dispose();
        _poller = new UringPoller(64, pool, zeroCopyFrom: 1000) { LendsThoughCopied = true };
        using ConnectedPair pair = ConnectedPair.Tcp(s_narrow);
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.None);
        using (LinkBuffer output = new(pool))
        {
            byte[] expected = RawClient.RandomBytes(TooMuch);
            output.WriteBinary(expected.AsSpan());
            output.Flush();
            SendAll(near, output);
            _poller.Dispose();
            output.Dispose();
            Assert.NotEqual(0, pool.GetStatistics().Outstanding);
            Assert.Equal(expected, Take(pair, TooMuch, () => { }));
        }

        Assert.NotEqual(0, pool.GetStatistics().Outstanding);
    }

    [SkippableFact]
    public void A_connection_whose_bytes_are_copied_all_the_same_sends_as_usual_again()
    {
        using UringPoller poller = new(64, Pool, zeroCopyFrom: 1);
        using ConnectedPair pair = ConnectedPair.Tcp(s_narrow);
        ICompletionStream near = poller.AddStream(pair.NearSocket.Descriptor, PollInterest.None, 1);
        LinkBuffer output = Holding([1]);
        Assert.True(near.Send(output, out _).WouldBlock);
        Assert.Equal([1], Take(pair, 1, () => poller.Wait(Events, 10)));
        while (near.Send(output, out _).WouldBlock)
        {
            poller.Wait(Events, 10);
        }

        // Nothing stays lent although the peer takes nothing.
        output.WriteBinary(RawClient.RandomBytes(TooMuch).AsSpan());
        output.Flush();
        while (near.Send(output, out _).WouldBlock)
        {
            Assert.Equal(0, poller.Lingering);
            poller.Wait(Events, 10);
        }

        Assert.Equal(0, poller.Lingering);
        poller.Remove(pair.NearSocket.Descriptor);
    }

    private ICompletionStream Stream(SocketHandle socket, PollInterest interest)
    {
        _descriptors.Add(socket.Descriptor);
        return _poller.AddStream(socket.Descriptor, interest, (ulong)socket.Descriptor);
    }

    private LinkBuffer SendAll(ICompletionStream near, out byte[] expected)
    {
        expected = RawClient.RandomBytes(TooMuch);
        LinkBuffer output = Holding(expected);
        SendAll(near, output);
        return output;
    }

    /// <summary>Until the sender has nothing left to do.</summary>
    private void SendAll(ICompletionStream near, LinkBuffer output)
    {
        while (near.Send(output, out _).WouldBlock)
        {
            _poller.Wait(Events, 1000);
        }

        Assert.True(output.IsEmpty);
    }

    private byte[] TakeAll(ConnectedPair pair, int bytes) => Take(pair, bytes, () => _poller.Wait(Events, 0));

    private static byte[] Take(ConnectedPair pair, int bytes, Action meanwhile)
    {
        using LinkBuffer input = new(BlockPool.Shared);
        while (input.Length < bytes)
        {
            IoResult taken = pair.Far.Receive(input, out _);
            Assert.False(taken.IsFailure || taken.IsEndOfStream);
            meanwhile();
        }

        return input.ReadBinary(bytes);
    }

    /// <summary>As channels do before they close; then until the kernel has given everything back.</summary>
    private void End()
    {
        _descriptors.ForEach(descriptor => _ = _poller.Remove(descriptor));
        while (_poller.Lingering > 0)
        {
            _poller.Wait(Events, 1000);
        }
    }
}
