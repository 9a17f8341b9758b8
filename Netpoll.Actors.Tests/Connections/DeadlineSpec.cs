using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Moments, set by a handler, after which a connection reads or sends no more.</summary>
public sealed class DeadlineSpec(ITestOutputHelper output) : ScriptedSpec(output)
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);
    private static readonly ListenerOptions s_narrow = new() { Socket = new SocketOptions { SendBufferBytes = 16 * 1024 } };

    [Theory]
    [InlineData(50)]
    [InlineData(0)]
    [InlineData(-1000)]
    public async Task After_the_deadline_for_reading_a_connection_ends(int millis)
    {
        Script.OnConnected = (_, connection) => connection.SetReadDeadline(In(TimeSpan.FromMilliseconds(millis)));
        using RawClient client = await ConnectAsync();
        Assert.True(client.ReceiveEnd());
        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.ReadTimeout));
    }

    [Fact]
    public async Task Requests_do_not_move_it_and_what_is_in_flight_is_answered()
    {
        Script.OnConnected = (_, connection) => connection.SetReadDeadline(In(s_short));
        Script.OnRequest = _ => { };
        while (true)
        {
            using RawClient client = await ConnectAsync();
            client.SendFrame([1]);
            await Eventually.Holds(() => Script.Requests.Count + Closes.Count > 0, "the request came or the connection ended");
            if (Script.Requests.Count == 0)
            {
                // It came too late, and is made on another connection.
                continue;
            }

            Request request = await Script.Requests.NextAsync();
            await Eventually.Holds(() => !request.Connection.IsActive, "the deadline has passed");
            request.Reply([7]);
            Assert.Equal([7], client.ReceiveFrame());
            Assert.True(client.ReceiveEnd());
            Assert.IsType<TimeoutException>(await EndAsync(CloseReason.ReadTimeout));
            return;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_may_be_moved_or_taken_away(bool isTakenAway)
    {
        Script.OnConnected = (_, connection) =>
        {
            connection.SetReadDeadline(In(2 * s_short));
            connection.SetReadDeadline(isTakenAway ? null : DateTimeOffset.MaxValue);
        };
        using RawClient client = await ConnectAsync();
        await Task.Delay(6 * s_short);
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal(0, Closes.Count);
    }

    [Fact]
    public async Task It_may_be_brought_forward()
    {
        Script.OnRequest = request => request.Connection.SetReadDeadline(In(TimeSpan.Zero));
        Script.OnConnected = (_, connection) => connection.SetReadDeadline(In(TimeSpan.FromHours(1)));
        using RawClient client = await ConnectAsync();
        client.SendFrame([1]);
        Request request = await Script.Requests.NextAsync();
        await Eventually.Holds(() => !request.Connection.IsActive, "the deadline has passed");
        request.Reply([1]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.ReadTimeout));
    }

    [Fact]
    public async Task A_peer_that_has_not_taken_all_by_the_deadline_for_writing_is_reset()
    {
        Script.OnRequest = request =>
        {
            request.Reply(new byte[16 * 1024 * 1024]);
            request.Connection.SetWriteDeadline(In(s_short));
        };
        using RawClient client = await ConnectAsync(s_narrow);
        client.SendFrame([1]);
        Assert.IsType<TimeoutException>(await EndAsync(CloseReason.WriteTimeout));
        Assert.False(client.ReceiveEnd());
    }

    [Fact]
    public async Task A_deadline_for_writing_that_is_taken_away_resets_nobody()
    {
        byte[] answer = RawClient.RandomBytes(16 * 1024 * 1024);
        Script.OnRequest = request =>
        {
            request.Reply(answer);
            request.Connection.SetWriteDeadline(In(2 * s_short));
            request.Connection.SetWriteDeadline(null);
        };
        using RawClient client = await ConnectAsync(s_narrow);
        client.SendFrame([1]);
        await Task.Delay(6 * s_short);
        Assert.True(answer.AsSpan().SequenceEqual(client.ReceiveFrame()));
        Assert.Equal(0, Closes.Count);
    }

    [Fact]
    public async Task A_deadline_for_writing_that_finds_nothing_unsent_is_over()
    {
        Script.OnConnected = (_, connection) => connection.SetWriteDeadline(In(TimeSpan.Zero));
        using RawClient client = await ConnectAsync();
        await Task.Delay(s_short);
        client.SendFrame([1]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal(0, Closes.Count);
    }

    private static DateTimeOffset In(TimeSpan time) => TimeProvider.System.GetUtcNow() + time;
}
