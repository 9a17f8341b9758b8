using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Uring;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>The specification of pollers, on <c>io_uring(7)</c>.</summary>
public sealed class UringPollerSpec() : PollerSpec(PollerBackend.IoUring);

/// <summary>What a ring has in flight: bytes that come and go without a call for each, and memory that nobody gets back too early.</summary>
public sealed class UringStreamSpec : UringSpec
{
    private readonly UringPoller _poller;

    public UringStreamSpec()
    {
        _poller = Own(new UringPoller(64, Pool));
    }

    [SkippableTheory]
    [InlineData("unix", 1)]
    [InlineData("tcp", 1)]
    [InlineData("unix", 100_000)]
    [InlineData("tcp", 10_000_000)]
    public void What_one_end_sends_the_other_receives(string kind, int bytes)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.Write, 1), far = Stream(pair.FarSocket, PollInterest.Read, 2);
        SendThrough(_poller, near, far, bytes);
        Remove(pair);
    }

    [SkippableFact]
    public void What_is_in_flight_stays_readable_until_it_has_left_and_more_may_be_written_behind_it()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.None, 1), far = Stream(pair.FarSocket, PollInterest.Read, 2);
        LinkBuffer output = Holding(Count(1000)), input = NewBuffer();
        Assert.True(near.Send(output, out _).WouldBlock);
        Assert.Equal(1000, output.Length);
        output.WriteBinary(Count(1000, 1000).AsSpan());
        output.Flush();
        Assert.True(near.Send(output, out long none).WouldBlock);
        Assert.Equal((0, 2000), (none, output.Length));

        _poller.Wait(Events, 0);
        Assert.Equal(1000, output.Length);
        Assert.True(near.Send(output, out long first).WouldBlock);
        Assert.Equal(1000, first);
        while (input.Length < 2000)
        {
            _poller.Wait(Events, 1000);
            _ = far.Receive(input, out _);
        }

        Assert.Equal(Count(2000), input.ReadBinary(2000));
        Remove(pair);
    }

    [SkippableFact]
    public void A_peer_that_sends_byte_by_byte_keeps_no_block_for_each()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        ICompletionStream far = Stream(pair.FarSocket, PollInterest.Read, 2);
        LinkBuffer input = NewBuffer();
        for (int i = 0; i < 1000; i++)
        {
            pair.NearSocket.SendByte((byte)i);
            _poller.Wait(Events, 1000);
            Assert.Equal(1, far.Receive(input, out _).Value);
        }

        Assert.InRange(input.HeldBytes(), 1000, 2 * ReceiveBlocks.BlockBytes);
        Assert.Equal(Count(1000), input.ReadBinary(1000));
        Remove(pair);
    }

    [SkippableFact]
    public void A_paused_stream_is_read_no_more_once_it_has_brought_something()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        ICompletionStream far = Stream(pair.FarSocket, PollInterest.Read, 2);
        _poller.Wait(Events, 0);
        _poller.Modify(pair.FarSocket.Descriptor, PollInterest.None, 2);
        pair.NearSocket.SendByte(1);
        Assert.Equal(0, _poller.Wait(Events, 0));
        _poller.Wait(Events, 0);

        // From here on the bytes stay in the kernel, which stops the peer when its buffer is full.
        long accepted = pair.NearSocket.Fill();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0, _poller.Wait(Events, 0));
        }

        Assert.Equal(0, pair.NearSocket.Fill());
        _poller.Modify(pair.FarSocket.Descriptor, PollInterest.Read, 2);
        LinkBuffer input = NewBuffer();
        while (input.Length < accepted + 1)
        {
            _poller.Wait(Events, 1000);
            _ = far.Receive(input, out _);
        }

        input.Skip(input.Length);
        Remove(pair);
    }

    [SkippableFact]
    public void A_stream_removed_with_bytes_in_flight_keeps_their_memory_until_the_kernel_is_done_with_it()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        ICompletionStream near = Stream(pair.NearSocket, PollInterest.None, 1);
        LinkBuffer output = Holding(RawClient.RandomBytes(4 * 1024 * 1024));
        Assert.True(near.Send(output, out _).WouldBlock);
        _poller.Wait(Events, 0);
        long before = Pool.GetStatistics().Outstanding;

        Assert.False(_poller.Remove(pair.NearSocket.Descriptor).IsError);
        pair.Near.Close();
        output.Dispose();
        Assert.True(Pool.GetStatistics().Outstanding >= before - 1, "The kernel may still read what nobody has got back.");
        _poller.Wait(Events, 0);
        Assert.True(Pool.GetStatistics().Outstanding < before);
    }

    [SkippableFact]
    public void A_stream_removed_before_the_kernel_heard_of_it_touches_no_stranger()
    {
        // A number that names a closed socket names the next one that is opened: what lies in the queue must not reach it.
        for (int i = 0; i < 50; i++)
        {
            ConnectedPair pair = ConnectedPair.Unix();
            ICompletionStream near = Stream(pair.NearSocket, PollInterest.Read, 1);
            LinkBuffer output = Holding(Count(10));
            Assert.True(near.Send(output, out _).WouldBlock);
            Assert.False(_poller.Remove(pair.NearSocket.Descriptor).IsError);
            pair.Dispose();
            using ConnectedPair stranger = ConnectedPair.Unix();
            _poller.Wait(Events, 0);
            Assert.Equal((0, 0), (stranger.NearSocket.ReceiveAll(), stranger.FarSocket.ReceiveAll()));
            output.Dispose();
        }
    }

    [SkippableTheory]
    [InlineData(200, false)]
    [InlineData(200, true)]
    [InlineData(700, false)]
    [InlineData(700, true)]
    public void More_bytes_than_blocks_lie_ready_for_are_received_all_the_same(int connections, bool isSentBefore)
    {
        // 700: more are left without a block than fit into the ring between two entries into the kernel.
        ConnectedPair[] pairs = [.. Enumerable.Range(0, connections).Select(_ => Own(ConnectedPair.Unix()))];
        if (isSentBefore)
        {
            SendTwoBytesEach();
        }

        ICompletionStream[] streams = [.. pairs.Select((pair, i) => Stream(pair.FarSocket, PollInterest.Read, (ulong)i))];
        _poller.Wait(Events, 0);
        if (!isSentBefore)
        {
            SendTwoBytesEach();
        }

        LinkBuffer input = NewBuffer();
        while (input.Length < 2 * connections)
        {
            int ready = _poller.Wait(Events, 1000);
            foreach (PollEvent read in Events[..ready])
            {
                Assert.Equal(PollReadiness.Readable, read.Readiness);
                Assert.False(streams[read.Token].Receive(input, out _).IsError);
            }
        }

        Array.ForEach(pairs, Remove);

        void SendTwoBytesEach() => Array.ForEach(pairs, pair =>
        {
            pair.NearSocket.SendByte();
            pair.NearSocket.SendByte();
        });
    }

    [SkippableFact]
    public void Everything_that_a_round_sends_and_waits_for_is_one_system_call()
    {
        const int Pairs = 50;
        ConnectedPair[] pairs = [.. Enumerable.Range(0, Pairs).Select(_ => Own(ConnectedPair.Unix()))];
        ICompletionStream[] near = [.. pairs.Select((pair, i) => Stream(pair.NearSocket, PollInterest.None, (ulong)i))];
        ICompletionStream[] far = [.. pairs.Select((pair, i) => Stream(pair.FarSocket, PollInterest.Read, (ulong)(Pairs + i)))];
        _poller.Wait(Events, 0);
        LinkBuffer[] outputs = [.. near.Select(_ => Holding(Count(100)))];
        LinkBuffer input = NewBuffer();

        long before = SystemCallCount.OnThisThread;
        for (int i = 0; i < Pairs; i++)
        {
            Assert.True(near[i].Send(outputs[i], out _).WouldBlock);
        }

        int rounds = 0;
        while (input.Length < 100 * Pairs)
        {
            Assert.True(++rounds < 10);
            _poller.Wait(Events, 0);
            Array.ForEach(far, stream => _ = stream.Receive(input, out _));
        }

        Assert.InRange(SystemCallCount.OnThisThread - before, 1, rounds);
        Array.ForEach(pairs, Remove);
    }

    [SkippableFact]
    public void A_poller_disposed_with_everything_in_flight_gives_all_memory_back()
    {
        UringPoller poller = new(4, Pool);
        using ConnectedPair pair = ConnectedPair.Unix();
        ICompletionStream near = poller.AddStream(pair.NearSocket.Descriptor, PollInterest.Read, 1);
        poller.AddStream(pair.FarSocket.Descriptor, PollInterest.None, 2);
        LinkBuffer output = Holding(RawClient.RandomBytes(4 * 1024 * 1024));
        Assert.True(near.Send(output, out _).WouldBlock);
        poller.Wait(Events, 0);
        poller.Dispose();
        output.Dispose();

        // The class' own poller has rented nothing: it does so at its first wait.
        Assert.Equal(0, Pool.GetStatistics().Outstanding);
    }

    private ICompletionStream Stream(SocketHandle socket, PollInterest interest, ulong token) => _poller.AddStream(socket.Descriptor, interest, token);

    /// <summary>As channels do before they close.</summary>
    private void Remove(ConnectedPair pair)
    {
        _ = _poller.Remove(pair.NearSocket.Descriptor);
        _ = _poller.Remove(pair.FarSocket.Descriptor);
        _poller.Wait(Events, 0);
    }
}
