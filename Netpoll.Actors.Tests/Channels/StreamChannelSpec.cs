using System.Net.Sockets;
using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>One call at a time: what a receive or a send moves, and how it says why it stopped.</summary>
public sealed class StreamChannelSpec : BufferSpec
{
    public static TheoryData<string> Kinds => new("unix", "tcp");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_one_end_sends_the_other_receives(string kind)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        LinkBuffer output = Holding(Count(1000));
        Assert.Equal(new IoResult(1000, SocketError.Success), pair.Near.Send(output));
        Assert.True(output.IsEmpty);

        LinkBuffer input = NewBuffer();
        Readiness.Wait(pair.FarSocket.Descriptor, PollInterest.Read);
        IoResult received = pair.Far.Receive(input, out bool drained);
        Assert.Equal(new IoResult(1000, SocketError.Success), received);
        Assert.True(drained);
        Assert.False(received.IsEndOfStream);
        Assert.Equal(Count(1000), input.ReadBinary(1000));
    }

    [Fact]
    public void Sending_nothing_succeeds_with_nothing()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        LinkBuffer output = NewBuffer();
        Assert.Equal(new IoResult(0, SocketError.Success), pair.Near.Send(output));
        output.Malloc(10);
        Assert.Equal(new IoResult(0, SocketError.Success), pair.Near.Send(output));
        output.Flush();
        Assert.Equal(10, pair.Near.Send(output).Bytes);
    }

    [Fact]
    public void Receiving_when_nothing_came_would_block_and_holds_no_memory()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        LinkBuffer input = NewBuffer();
        IoResult received = pair.Near.Receive(input, out bool drained);
        Assert.Equal(new IoResult(0, SocketError.WouldBlock), received);
        Assert.Equal((true, false, false, false), (received.WouldBlock, received.IsSuccess, received.IsFailure, received.IsEndOfStream));
        Assert.True(drained);
        Assert.Equal(0, input.HeldBytes());
    }

    [Fact]
    public void A_receive_that_filled_its_space_has_perhaps_not_drained()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        pair.Near.Send(Holding(Count(20_000)));
        LinkBuffer input = NewBuffer();
        int calls = 0;
        bool drained = false;
        while (!drained)
        {
            Assert.True(pair.Far.Receive(input, out drained).IsSuccess);
            Assert.True(++calls < 10);
        }

        Assert.True(calls > 1);
        Assert.Equal(Count(20_000), input.ReadBinary(20_000));
        Assert.True(pair.Far.Receive(input, out _).WouldBlock);
    }

    [Fact]
    public void A_full_socket_takes_a_part_and_the_rest_when_there_is_room_again()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        byte[] bytes = RawClient.RandomBytes(4 * 1024 * 1024);
        LinkBuffer output = Holding(bytes);
        IoResult sent = pair.Near.Send(output);
        Assert.True(sent.WouldBlock);
        Assert.InRange(sent.Bytes, 1, bytes.Length - 1);
        Assert.Equal(bytes.Length - sent.Bytes, output.Length);
        Assert.Equal(new IoResult(0, SocketError.WouldBlock), pair.Near.Send(output));

        LinkBuffer input = NewBuffer();
        while (input.Length < bytes.Length)
        {
            IoResult received = pair.Far.Receive(input, out _);
            Assert.False(received.IsFailure || received.IsEndOfStream);
            if (received.WouldBlock)
            {
                Assert.False(pair.Near.Send(output).IsFailure);
            }
        }

        Assert.True(output.IsEmpty);
        Assert.True(bytes.AsSpan().SequenceEqual(input.ReadBinary(bytes.Length)));
    }

    [Fact]
    public void Many_pieces_leave_in_order_though_they_exceed_one_call()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        LinkBuffer output = NewBuffer();
        List<byte> expected = [];
        for (int i = 0; i < 200; i++)
        {
            byte[] piece = Count(i % 7, i);
            expected.AddRange(piece);
            WriteOwnBlock(output, piece);
        }

        Assert.Equal(new IoResult(expected.Count, SocketError.Success), pair.Near.Send(output));
        LinkBuffer input = NewBuffer();
        Assert.Equal(expected.Count, pair.Far.Receive(input, out _).Bytes);
        Assert.Equal(expected, input.ReadBinary(expected.Count));
    }

    [Fact]
    public void One_receive_fills_the_rest_of_a_block_and_a_fresh_one()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        LinkBuffer input = NewBuffer();
        byte[] bytes = Count(13_000);
        pair.Near.Send(Holding(bytes[..6000]));
        Assert.Equal(6000, pair.Far.Receive(input, out _).Bytes);
        pair.Near.Send(Holding(bytes[6000..]));
        Assert.Equal(7000, pair.Far.Receive(input, out _).Bytes);
        Assert.Equal(bytes, input.ReadBinary(13_000));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void C49_What_was_sent_before_the_close_is_received_and_then_the_end_again_and_again(string kind)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        pair.Near.Send(Holding(Count(100_000)));
        pair.Near.Close();
        LinkBuffer input = NewBuffer();
        while (Await(pair.FarSocket, pair.Far, input) is { IsEndOfStream: false } received)
        {
            Assert.True(received.IsSuccess);
        }

        Assert.Equal(Count(100_000), input.ReadBinary((int)input.Length));
        Assert.True(pair.Far.Receive(input, out bool drained).IsEndOfStream);
        Assert.True(drained);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_shutting_down_its_side_an_end_goes_on_receiving(string kind)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        pair.Near.Send(Holding(Count(10)));
        pair.Near.ShutdownWrite();
        pair.Near.ShutdownWrite();
        Assert.Equal(SocketError.Shutdown, pair.Near.Send(Holding(Count(1))).Error);

        LinkBuffer input = NewBuffer();
        Assert.Equal(10, Await(pair.FarSocket, pair.Far, input).Bytes);
        Assert.True(Await(pair.FarSocket, pair.Far, input).IsEndOfStream);
        Assert.Equal(20, pair.Far.Send(Holding(Count(20))).Bytes);

        LinkBuffer answer = NewBuffer();
        Assert.Equal(20, Await(pair.NearSocket, pair.Near, answer).Bytes);
        Assert.Equal(Count(20), answer.ReadBinary(20));
    }

    [Fact]
    public void Aborting_resets_the_peer()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp());
        pair.Near.Abort();
        Assert.False(pair.Near.IsOpen);
        pair.Near.Abort();
        pair.Near.Close();

        LinkBuffer input = NewBuffer();
        IoResult received = Await(pair.FarSocket, pair.Far, input);
        Assert.Equal(new IoResult(0, SocketError.ConnectionReset), received);
        Assert.Equal((false, true, false), (received.WouldBlock, received.IsFailure, received.IsEndOfStream));
        Assert.Equal(0, input.HeldBytes());
    }

    [Fact]
    public void Aborting_discards_what_is_unsent()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp());
        LinkBuffer output = Holding(RawClient.RandomBytes(32 * 1024 * 1024));
        Assert.True(pair.Near.Send(output).WouldBlock);
        pair.Near.Abort();

        // What the peer's kernel already had may still be read, and then the reset.
        LinkBuffer input = NewBuffer();
        IoResult received;
        do
        {
            received = Await(pair.FarSocket, pair.Far, input);
        }
        while (received.IsSuccess && !received.IsEndOfStream);

        Assert.Equal(SocketError.ConnectionReset, received.Error);
        Assert.InRange(input.Length, 0, 32 * 1024 * 1024 - 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sending_to_a_peer_that_has_gone_fails_and_throws_nothing(string kind)
    {
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        pair.Far.Abort();
        Readiness.Wait(pair.NearSocket.Descriptor, PollInterest.Read);
        LinkBuffer output = Holding(Count(10));
        IoResult first = pair.Near.Send(output);
        Assert.True(first.IsFailure);
        Assert.Contains(first.Error, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
        Assert.Equal(SocketError.Shutdown, pair.Near.Send(output).Error);
        Assert.Equal(10, output.Length);
    }

    [Fact]
    public void A_send_that_fails_midway_tells_what_had_left_before()
    {
        // The peer takes a part; what it closes on is known to this end only at the next call.
        ConnectedPair pair = Own(ConnectedPair.Unix());
        LinkBuffer output = Holding(RawClient.RandomBytes(4 * 1024 * 1024));
        long taken = pair.Near.Send(output).Bytes;
        pair.Far.Close();
        Assert.Equal(new IoResult(0, SocketError.Shutdown), pair.Near.Send(output));
        Assert.Equal((4 * 1024 * 1024) - taken, output.Length);
    }

    [Fact]
    public void Closing_twice_closes_once()
    {
        ConnectedPair pair = Own(ConnectedPair.Unix());
        Assert.True(pair.Near.IsOpen);
        pair.Near.Close();
        Assert.False(pair.Near.IsOpen);
        pair.Near.Close();
        pair.Near.ShutdownWrite();
        pair.Near.SetInterest(PollInterest.Write);
        Assert.Equal(PollReadiness.HangUp, Readiness.Now(pair.FarSocket.Descriptor, PollInterest.None));
    }

    [Fact]
    public void C62_A_closed_channel_moves_no_bytes_not_even_a_strangers()
    {
        // The next sockets take the number of the closed one: its bytes must not come out of, or go into, them.
        ConnectedPair pair = Own(ConnectedPair.Unix());
        pair.Near.Close();
        ConnectedPair[] strangers = [.. Enumerable.Range(0, 20).Select(_ => Own(ConnectedPair.Unix()))];
        foreach (ConnectedPair stranger in strangers)
        {
            stranger.NearSocket.SendByte();
            stranger.FarSocket.SendByte();
        }

        LinkBuffer input = NewBuffer();
        Assert.Equal(new IoResult(0, SocketError.NotSocket), pair.Near.Receive(input, out _));
        Assert.Equal(new IoResult(0, SocketError.NotSocket), pair.Near.Send(Holding(Count(5))));
        Assert.Equal(0, input.HeldBytes());
        Assert.All(strangers, stranger => Assert.Equal((1, 1), (stranger.NearSocket.ReceiveAll(), stranger.FarSocket.ReceiveAll())));
    }

    [Fact]
    public void The_addresses_are_those_of_the_two_ends()
    {
        ConnectedPair pair = Own(ConnectedPair.Tcp());
        NetAddress near = pair.Near.GetLocalAddress();
        Assert.Equal("127.0.0.1", near.Host);
        Assert.NotEqual(0, near.Port);
        Assert.NotEqual(near, pair.Far.GetLocalAddress());
        StreamChannel named = new(pair.NearSocket, NetAddress.Tcp("peer", 1));
        Assert.Equal(NetAddress.Tcp("peer", 1), named.RemoteAddress);
    }

    private LinkBuffer Holding(byte[] bytes)
    {
        LinkBuffer buffer = NewBuffer();
        buffer.WriteBinary(bytes.AsSpan());
        buffer.Flush();
        return buffer;
    }

    private static IoResult Await(SocketHandle socket, StreamChannel channel, LinkBuffer input)
    {
        Readiness.Wait(socket.Descriptor, PollInterest.Read);
        return channel.Receive(input, out _);
    }
}
