using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>A pool: one call at a time on a connection, no more connections than allowed, and none that is dead.</summary>
public sealed class RpcPoolSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _server = Script.Silent();

    [Fact]
    public async Task A_connection_carries_one_call_at_a_time_and_callers_take_turns()
    {
        Recorder<(RawFrameServer.Connection From, byte[] Frame)> requests = new();
        using RawFrameServer server = new((connection, frame) => requests.Add((connection, frame)));
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Connections = ConnectionPolicy.Pool(2) });
        Task<Response>[] calls = [.. Enumerable.Range(0, 6).Select(i => rpc.CallAsync([(byte)i]).AsTask())];
        List<(RawFrameServer.Connection From, byte[] Frame)> running = await requests.NextAsync(2);
        Assert.Equal([0, 1], running.Select(request => (int)request.Frame[0]).Order());

        // Whoever waits longest gets the connection that becomes free.
        for (int next = 2; next < 6; next++)
        {
            running[0].From.Send(running[0].Frame);
            running.RemoveAt(0);
            running.Add(await requests.NextAsync());
            Assert.Equal(next, running[^1].Frame[0]);
        }

        Assert.Equal(2, rpc.GetStats().Connections);
        running.ForEach(request => request.From.Send(request.Frame));
        for (int i = 0; i < 6; i++)
        {
            using Response answer = await calls[i].InTime();
            Assert.Equal([(byte)i], answer.Payload.ToArray());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_made_when_another_has_ended_finds_its_connection_free(bool continueOnLoop)
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Connections = ConnectionPolicy.Pool(8), ContinueOnLoop = continueOnLoop });
        await CallInARowAsync(rpc, calls: 100).InTime();
        Assert.Equal(1, rpc.GetStats().Connects);
    }

    [Fact]
    public async Task More_callers_than_may_wait_are_refused()
    {
        await using RpcChannel rpc = await ConnectAsync(ConnectionPolicy.Pool(1), options => options with { MaxPendingCalls = 2 });
        Task<Response> running = rpc.CallAsync([0]).AsTask();
        Request request = await _server.Requests.NextAsync();
        Task<Response>[] waiting = [rpc.CallAsync([1]).AsTask(), rpc.CallAsync([2]).AsTask()];
        await Assert.ThrowsAsync<RpcRefusedException>(() => rpc.CallAsync([3]).InTime());

        _server.OnRequest = each => each.Reply(each.Payload);
        request.Reply([0]);
        foreach (Task<Response> call in waiting.Prepend(running))
        {
            (await call.InTime()).Dispose();
        }
    }

    [Fact]
    public async Task A_caller_that_waits_times_out_or_is_cancelled_without_a_connection()
    {
        await using RpcChannel rpc = await ConnectAsync(ConnectionPolicy.Pool(1));
        Task<Response> running = rpc.CallAsync([0]).AsTask();
        Request request = await _server.Requests.NextAsync();
        using CancellationTokenSource cancellation = new();
        Task<Response> cancelled = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        await Assert.ThrowsAsync<TimeoutException>(() => rpc.CallAsync([2], TimeSpan.FromMilliseconds(5)).InTime());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        Assert.Equal(1, rpc.GetStats().InFlight);

        request.Reply([0]);
        (await running.InTime()).Dispose();
        Assert.Equal(1, _server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_is_noticed_and_not_used()
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Connections = ConnectionPolicy.Pool() });
        for (int round = 1; round <= 5; round++)
        {
            using (Response answer = await rpc.CallAsync([7]).InTime())
            {
                Assert.Equal([7], answer.Payload.ToArray());
            }

            RpcStats stats = rpc.GetStats();
            Assert.Equal((1, round), (stats.Connections, stats.Connects));
            server.Connections.ForEach(connection => connection.Close());

            // Nobody calls meanwhile: the loop hears of it.
            await Eventually.Holds(() => rpc.GetStats().Connections == 0, "the dead connection was noticed");
        }
    }

    [Fact]
    public async Task Connections_that_nobody_needs_are_closed_and_the_one_used_last_is_used_next()
    {
        using RawFrameServer server = new((connection, frame) =>
        {
            if (frame[0] != 0)
            {
                connection.Send(frame);
            }
        });
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Connections = ConnectionPolicy.Pool(4, TimeSpan.FromMilliseconds(50)) });
        Task<Response> open = rpc.CallAsync([0]).AsTask();
        await Eventually.Holds(() => rpc.GetStats().Connections == 1, "the first connection was open");
        (await rpc.CallAsync([1]).InTime()).Dispose();
        Assert.Equal(2, rpc.GetStats().Connects);

        // The one at rest goes; the one with an open call stays.
        await Eventually.Holds(() => rpc.GetStats().Connections == 1, "the idle connection was closed");
        Assert.False(open.IsCompleted);
        await Eventually.Holds(() => server.Connections.Count(connection => connection.Socket.Connected) == 1, "the server has heard of it");
    }

    [Fact]
    public async Task A_call_that_was_given_up_keeps_its_connection_until_its_answer_comes()
    {
        await using RpcChannel rpc = await ConnectAsync(ConnectionPolicy.Pool(1));
        using CancellationTokenSource cancellation = new();
        Task<Response> givenUp = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        Request late = await _server.Requests.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.InTime());

        Task<Response> second = rpc.CallAsync([2]).AsTask();
        late.Reply([11]);
        (await _server.Requests.NextAsync()).Reply([22]);
        using Response answer = await second.InTime();
        Assert.Equal([22], answer.Payload.ToArray());
        Assert.Equal((1, 1), (rpc.GetStats().Connects, rpc.GetStats().LateAnswers));
    }

    [Fact]
    public async Task An_answer_that_never_comes_costs_its_connection_in_the_end()
    {
        await using RpcChannel rpc = await ConnectAsync(
            ConnectionPolicy.Pool(1), options => options with { LateAnswerTimeout = TimeSpan.FromMilliseconds(20) });
        Task<Response> first = rpc.CallAsync([0]).AsTask();
        (await _server.Requests.NextAsync()).Reply([0]);
        (await first.InTime()).Dispose();
        using CancellationTokenSource cancellation = new();
        Task<Response> givenUp = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        await _server.Requests.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.InTime());

        Task<Response> second = rpc.CallAsync([2], TimeSpan.FromMinutes(1)).AsTask();
        (await _server.Requests.NextAsync()).Reply([22]);
        using Response answer = await second.InTime();
        Assert.Equal([22], answer.Payload.ToArray());
        Assert.Equal(2, rpc.GetStats().Connects);
    }

    [Fact]
    public async Task Many_callers_share_few_connections()
    {
        _server.OnRequest = request => request.Reply(request.Payload);
        await using RpcChannel rpc = await ConnectAsync(ConnectionPolicy.Pool(8));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                byte[] payload = BitConverter.GetBytes((caller * 1000) + i);
                using Response answer = await rpc.CallAsync(payload, Eventually.Patience).InTime();
                Assert.Equal(payload, answer.Payload.ToArray());
            }
        })));
        Assert.InRange(rpc.GetStats().Connects, 1, 8);
        Assert.Equal(0, rpc.GetStats().InFlight);
    }

    private async Task<RpcChannel> ConnectAsync(ConnectionPolicy policy, Func<RpcClientOptions, RpcClientOptions>? with = null)
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        RpcClientOptions options = new() { Connections = policy };
        return Sys.Netpoll().Rpc(address, Codecs.LengthField(), with?.Invoke(options) ?? options);
    }

    private static async Task CallInARowAsync(RpcChannel rpc, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            (await rpc.CallAsync([1]).ConfigureAwait(false)).Dispose();
        }
    }
}
