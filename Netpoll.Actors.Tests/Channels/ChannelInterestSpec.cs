using System.Net.Sockets;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>What a channel's receiver hears, and when it hears nothing. The numbers in the names are those of the conformance table.</summary>
public abstract class ChannelInterestSpec : BufferSpec
{
    private readonly TestPoll _poll;
    private readonly RecordingReceiver _receiver = new();

    private readonly PollerBackend _backend;

    protected ChannelInterestSpec(PollerBackend backend)
    {
        _backend = backend;
        _poll = Own(new TestPoll(backend));
    }

    [SkippableFact]
    public void Readiness_is_reported_each_round_until_it_is_dealt_with()
    {
        ConnectedPair pair = Attached(PollInterest.Read);
        Assert.Equal(0, _poll.Pump());
        pair.FarSocket.SendByte();
        _poll.PumpOne();
        _poll.PumpOne();
        AssertHeard(readable: 2);
        Assert.Equal(1, pair.Near.Receive(NewBuffer(), out _).Bytes);
        Assert.Equal(0, _poll.Pump());
    }

    [SkippableFact]
    public void C76_Both_directions_are_told_apart_and_writing_comes_first()
    {
        ConnectedPair pair = Attached(PollInterest.Read | PollInterest.Write);
        List<string> order = [];
        _receiver.WhenReadable = () => order.Add("read");
        _receiver.WhenWritable = () => order.Add("write");
        pair.FarSocket.SendByte();
        _poll.PumpOne();
        Assert.Equal(["write", "read"], order);

        pair.Near.SetInterest(PollInterest.Write);
        _poll.PumpOne();
        pair.Near.SetInterest(PollInterest.Read);
        _poll.PumpOne();
        Assert.Equal(["write", "read", "write", "read"], order);
    }

    [SkippableFact]
    public void A_channel_closed_while_it_writes_hears_of_no_bytes()
    {
        ConnectedPair pair = Attached(PollInterest.Read | PollInterest.Write);
        _receiver.WhenWritable = pair.Near.Close;
        pair.FarSocket.SendByte();
        _poll.PumpOne();
        AssertHeard(writable: 1);
        Assert.Equal(0, _poll.Registry.Count);
    }

    [SkippableFact]
    public void The_peers_end_is_readable_and_not_a_hang_up_while_reading()
    {
        ConnectedPair pair = Attached(PollInterest.Read);
        pair.Far.Close();
        _poll.PumpOne();
        AssertHeard(readable: 1);
    }

    [SkippableFact]
    public void A_hang_up_is_told_to_one_that_waits_to_write()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        LinkBuffer output = NewBuffer();
        output.WriteBinary(new byte[4 * 1024 * 1024]);
        output.Flush();
        Assert.True(pair.Near.Send(output).WouldBlock);
        pair.Near.SetInterest(PollInterest.Write);
        Assert.Equal(0, _poll.Pump());

        IoResult ended = default;
        _receiver.WhenWritable = () => ended = pair.Near.Send(output);
        pair.Far.Close();
        while (!ended.IsFailure)
        {
            _poll.PumpOne();
        }

        Assert.Equal(SocketError.Shutdown, ended.Error);
        Assert.Equal(0, _receiver.Readable);
    }

    [SkippableFact]
    public void While_reading_is_paused_a_hang_up_is_told_once_and_costs_nothing_more()
    {
        ConnectedPair pair = Attached(PollInterest.Read);
        pair.Near.SetInterest(PollInterest.None);
        pair.Far.Close();
        _poll.PumpOne();
        AssertHeard(hangUps: 1);

        // It would be reported for ever if it were still watched.
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0, _poll.Pump());
        }

        AssertHeard(hangUps: 1);
    }

    [SkippableTheory]
    [InlineData("unix")]
    [InlineData("tcp")]
    public void What_came_before_a_hang_up_is_received_when_reading_is_resumed(string kind)
    {
        ConnectedPair pair = Attached(PollInterest.None, kind);
        SendAndVanish(pair, Count(50_000));
        _poll.PumpOne();
        AssertHeard(hangUps: 1);

        LinkBuffer input = NewBuffer();
        bool ended = false;
        _receiver.WhenReadable = () => ended |= pair.Near.Receive(input, out _).IsEndOfStream;
        pair.Near.SetInterest(PollInterest.Read);
        while (!ended)
        {
            _poll.PumpOne();
        }

        Assert.Equal(Count(50_000), input.ReadBinary((int)input.Length));
        Assert.Equal(1, _receiver.HangUps);
    }

    [SkippableFact]
    public void A_paused_channel_may_pause_again_after_reading_a_little_and_still_finds_the_rest()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        SendAndVanish(pair, Count(30_000));
        LinkBuffer input = NewBuffer();
        bool ended = false;
        _receiver.WhenReadable = () =>
        {
            ended |= pair.Near.Receive(input, out _).IsEndOfStream;
            pair.Near.SetInterest(PollInterest.None);
        };
        int pauses = 0;
        while (!ended)
        {
            _poll.PumpOne();
            Assert.Equal(++pauses, _receiver.HangUps);
            pair.Near.SetInterest(PollInterest.Read);
            _poll.PumpOne();
        }


        // One reads a little at a time, the other takes all that has come.
        Assert.True(pauses > (_backend == PollerBackend.IoUring ? 0 : 2));
        Assert.Equal(Count(30_000), input.ReadBinary((int)input.Length));
    }

    [SkippableFact]
    public void Reading_may_be_resumed_from_within_the_hang_up()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        _receiver.WhenHungUp = () => pair.Near.SetInterest(PollInterest.Read);
        pair.Far.Close();
        _poll.PumpOne();
        _poll.PumpOne();
        AssertHeard(readable: 1, hangUps: 1);
    }

    [SkippableFact]
    public void The_channel_may_be_closed_from_within_the_hang_up()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        _receiver.WhenHungUp = pair.Near.Close;
        pair.Far.Close();
        _poll.PumpOne();
        AssertHeard(hangUps: 1);
        Assert.Equal((false, 0, 0), (pair.Near.IsOpen, _poll.Registry.Count, _poll.Pump()));
    }

    [SkippableFact]
    public void A_suspended_channel_may_be_closed_later()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        pair.Far.Close();
        _poll.PumpOne();
        pair.Near.SetInterest(PollInterest.None);
        pair.Near.Close();
        Assert.Equal(0, _poll.Registry.Count);
    }

    [SkippableFact]
    public void A_half_closed_peer_is_no_hang_up_and_keeps_a_paused_channel_quiet()
    {
        ConnectedPair pair = Attached(PollInterest.None);
        pair.Far.ShutdownWrite();
        Assert.Equal(0, _poll.Pump());
        pair.Near.SetInterest(PollInterest.Read);
        _poll.PumpOne();
        AssertHeard(readable: 1);
    }

    [SkippableFact]
    public void The_interest_is_remembered_and_needs_a_registration()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        pair.Near.SetInterest(PollInterest.Write);
        Assert.Equal(PollInterest.None, pair.Near.Interest);
        pair.Near.Attach(_poll.Registry, _receiver, PollInterest.Write);
        Assert.Equal(PollInterest.Write, pair.Near.Interest);
        pair.Near.SetInterest(PollInterest.Read | PollInterest.Write);
        Assert.Equal(PollInterest.Read | PollInterest.Write, pair.Near.Interest);
    }

    [SkippableFact]
    public void One_channel_that_closes_another_in_the_same_round_spares_it_its_event()
    {
        ConnectedPair first = Own(ConnectedPair.Unix());
        ConnectedPair second = Own(ConnectedPair.Unix());
        RecordingReceiver other = new();
        first.Near.Attach(_poll.Registry, _receiver, PollInterest.Write);
        second.Near.Attach(_poll.Registry, other, PollInterest.Write);
        _receiver.WhenWritable = second.Near.Close;
        other.WhenWritable = first.Near.Close;
        Assert.Equal(2, _poll.PumpOne());
        Assert.Equal(1, _receiver.Writable + other.Writable);
        Assert.Equal(1, _poll.Registry.Count);
    }

    [SkippableFact]
    public void A_channel_belongs_to_one_loop_only()
    {
        ConnectedPair pair = Attached(PollInterest.Read);
        TestPoll other = Own(new TestPoll(_backend));
        Assert.Throws<InvalidOperationException>(() => pair.Near.Attach(_poll.Registry, _receiver, PollInterest.Read));
        Assert.Throws<InvalidOperationException>(() => pair.Near.Attach(other.Registry, _receiver, PollInterest.Read));
        Assert.Equal((1, 0), (_poll.Registry.Count, other.Registry.Count));
        pair.FarSocket.SendByte();
        _poll.PumpOne();
        AssertHeard(readable: 1);
    }

    [SkippableFact]
    public void A_closed_channel_is_not_taken_in()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        pair.Near.Close();
        Assert.Throws<ObjectDisposedException>(() => pair.Near.Attach(_poll.Registry, _receiver, PollInterest.Read));
        Assert.Equal(0, _poll.Registry.Count);
    }

    private ConnectedPair Attached(PollInterest interest, string kind = "unix")
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        pair.Near.Attach(_poll.Registry, _receiver, interest);
        return pair;
    }

    /// <summary>The peer sends, hears the end of our side, and closes: both directions are then dead, and its bytes still unread.</summary>
    private void SendAndVanish(ConnectedPair pair, byte[] bytes)
    {
        LinkBuffer output = NewBuffer();
        output.WriteBinary(bytes.AsSpan());
        output.Flush();
        Assert.Equal(bytes.Length, pair.Far.Send(output).Bytes);
        pair.Near.ShutdownWrite();
        Readiness.Wait(pair.FarSocket.Descriptor, PollInterest.Read);
        pair.Far.Close();
    }

    private void AssertHeard(int readable = 0, int writable = 0, int hangUps = 0) =>
        Assert.Equal((readable, writable, hangUps), (_receiver.Readable, _receiver.Writable, _receiver.HangUps));
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class ChannelInterestOnEpollSpec() : ChannelInterestSpec(PollerBackend.Epoll);

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class ChannelInterestOnPollSpec() : ChannelInterestSpec(PollerBackend.Poll);

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class ChannelInterestOnUringSpec() : ChannelInterestSpec(PollerBackend.IoUring);

/// <summary>With <c>kqueue(2)</c>.</summary>
public sealed class ChannelInterestOnKqueueSpec() : ChannelInterestSpec(PollerBackend.Kqueue);
