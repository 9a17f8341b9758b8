using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>
/// Dialling a server that does not answer: its queue is full, so the kernel drops whoever knocks. The numbers in the names are those
/// of the conformance table.
/// </summary>
public sealed class DialerTimeoutSpec : IAsyncLifetime
{
    private readonly TestLoop _loop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _filling = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    private NetAddress Address => NetAddress.Tcp("127.0.0.1", Port);

    public async Task InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        // A queue of "none" takes one (listen(2), and the kernel's sk_acceptq_is_full).
        _listener.Listen(0);
        await _filling.ConnectAsync(_listener.LocalEndPoint!).InTime();
        await Eventually.Holds(() => ProcNetTcp.WaitingAt(Port) == 1, "the queue is full");
    }

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _filling.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task C63_A_server_that_does_not_answer_in_time_is_given_up()
    {
        SocketOperationException late = await Assert.ThrowsAsync<SocketOperationException>(
            () => _loop.Loop.ConnectAsync(Address, null, TimeSpan.FromMilliseconds(30))).InTime();
        Assert.Equal((SocketError.TimedOut, 0, "connect to", Address), (late.SocketErrorCode, late.ErrorNumber, late.Operation, late.Address));
        Assert.Equal($"Cannot connect to {Address}: no answer within the time-out", late.Message);
        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task C63_A_hundred_parallel_dials_with_tiny_time_outs_leave_nothing_behind()
    {
        SocketOperationException?[] errors = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            try
            {
                (await _loop.Loop.ConnectAsync(Address, null, TimeSpan.FromMilliseconds(1 + (i % 5)))).Close();
                return null;
            }
            catch (SocketOperationException late)
            {
                return late;
            }
        }))).InTime();
        Assert.All(errors, error => Assert.Equal(SocketError.TimedOut, error?.SocketErrorCode));
        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_dial_under_way_can_be_cancelled()
    {
        using CancellationTokenSource cancellation = new();
        Task<StreamChannel> dialling = _loop.Loop.ConnectAsync(Address, null, Timeout.InfiniteTimeSpan, cancellation.Token);
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Port) == 2, "the dial is under way");
        Assert.False(dialling.IsCompleted);
        await cancellation.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling).InTime();
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_dial_may_be_cancelled_at_any_moment()
    {
        for (int i = 0; i < 200; i++)
        {
            using CancellationTokenSource cancellation = new();
            Task<StreamChannel> dialling = _loop.Loop.ConnectAsync(Address, null, Timeout.InfiniteTimeSpan, cancellation.Token);
            if (i % 3 == 0)
            {
                await Task.Yield();
            }

            if (i % 3 == 1)
            {
                // From the loop's own thread, where the cancellation overtakes what other threads have given.
                await _loop.RunAsync(cancellation.Cancel);
            }

            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling).InTime();
        }

        await AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_dial_under_way_fails_when_its_loop_ends()
    {
        Task<StreamChannel> dialling = _loop.Loop.ConnectAsync(Address, null, Timeout.InfiniteTimeSpan);
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Port) == 2, "the dial is under way");
        await _loop.DisposeAsync();
        SocketOperationException error = await Assert.ThrowsAsync<SocketOperationException>(() => dialling).InTime();
        Assert.Equal(SocketError.OperationAborted, error.SocketErrorCode);
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Port) == 1, "only the filling connection is left");
    }

    private async Task AssertNothingIsLeft()
    {
        Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
        await Eventually.Holds(() => ProcNetTcp.OpenTo(Port) == 1, "only the filling connection is left");
    }
}
