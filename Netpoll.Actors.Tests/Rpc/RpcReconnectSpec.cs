using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Servers that go and come back: calls fail fast meanwhile, and the client recovers by itself.</summary>
[Collection(Alone.Name)]
public sealed class RpcReconnectSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly BackOff s_short = new() { First = TimeSpan.FromMilliseconds(5), Max = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_killed_and_restarted_under_load_is_found_again_and_nothing_is_left_behind(bool isPool)
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Connections = isPool ? ConnectionPolicy.Pool(8) : ConnectionPolicy.Mux(2),
            Reconnect = s_short,
        });
        using CancellationTokenSource stop = new();
        Counts counts = new();
        Task[] callers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(() => CallAsync(rpc, counts, stop.Token)))];
        long heldAfterFirst = 0;
        int threadsAfterFirst = 0;
        for (int round = 0; round < 10; round++)
        {
            await counts.NextAnswerAsync();
            server.Kill();
            await counts.NextFailureAsync();

            // No call has a time-out: they fail because the server is gone, or not at all.
            await counts.NextFailureAsync();
            server.Restart();
            await counts.NextAnswerAsync();
            if (round == 1)
            {
                heldAfterFirst = GC.GetTotalMemory(forceFullCollection: true);
                threadsAfterFirst = Threads();
            }
        }

        long held = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(held < heldAfterFirst + (4 * 1024 * 1024), $"{heldAfterFirst} bytes have become {held}");
        await stop.CancelAsync();
        await Task.WhenAll(callers).InTime();
        await Eventually.TrueAsync(() => rpc.GetStats().InFlight == 0, () => rpc.GetStats().ToString());
        Assert.InRange(rpc.GetStats().Connections, 1, 8);

        // The thread pool adds one now and then while the test waits.
        await Eventually.Holds(() => Threads() <= threadsAfterFirst + 2, "the threads were as many as before");
    }

    [Fact]
    public async Task A_call_that_is_idempotent_outlives_a_restart_if_retries_are_on()
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Reconnect = s_short,
            Retry = new RetryPolicy { MaxTries = 1000, Delay = s_short },
        });
        (await rpc.CallAsync([1]).InTime()).Dispose();
        server.Kill();
        await Eventually.Holds(() => rpc.GetStats().FailedConnects > 0, "the server was found dead");

        // Never sent, so it may be made again whatever it is.
        Task<Response> call = rpc.CallAsync([2]).AsTask();
        await Eventually.Holds(() => rpc.GetStats().Retries > 0, "the call was made again");
        server.Restart();
        using Response answer = await call.InTime();
        Assert.Equal([2], answer.Payload.ToArray());
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_call_that_may_have_arrived_is_made_again_only_if_it_is_idempotent(bool isIdempotent, int requests)
    {
        int arrived = 0;
        using RawFrameServer server = new((connection, frame) =>
        {
            if (Interlocked.Increment(ref arrived) == 1)
            {
                connection.Reset();
            }
            else
            {
                connection.Send(frame);
            }
        });
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Reconnect = s_short,
            Retry = new RetryPolicy { MaxTries = 100, Delay = s_short },
        });

        // Large, so that it must be kept for a second time in blocks.
        byte[] payload = RawClient.RandomBytes(100_000);
        Task<Response> call = rpc.CallAsync(payload, new CallOptions(IsIdempotent: isIdempotent)).AsTask();
        if (isIdempotent)
        {
            using Response answer = await call.InTime();
            Assert.True(payload.AsSpan().SequenceEqual(answer.Payload.ToArray()));
        }
        else
        {
            await Assert.ThrowsAsync<RpcConnectionException>(() => call.InTime());
        }

        Assert.Equal(requests, Volatile.Read(ref arrived));
    }

    [Fact]
    public async Task While_one_of_two_servers_is_gone_the_other_gets_the_calls()
    {
        using RawFrameServer one = new();
        using RawFrameServer two = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            [one.Address, two.Address], Codecs.LengthField(), new RpcClientOptions { Reconnect = s_short });
        await Eventually.Holds(() => rpc.GetStats().Connections == 2, "both connections were open");
        one.Kill();
        await Eventually.Holds(() => rpc.GetStats().Connections == 1, "the loss was noticed");
        for (int i = 0; i < 10; i++)
        {
            (await rpc.CallAsync([1]).InTime()).Dispose();
        }

        one.Restart();
        await Eventually.Holds(() => rpc.GetStats().Connections == 2, "the server was found again");
    }

    [Fact]
    public async Task A_server_that_lets_calls_time_out_is_left_alone_until_a_probe_is_answered()
    {
        bool isMute = true;
        int arrived = 0;
        using RawFrameServer server = new((connection, frame) =>
        {
            Interlocked.Increment(ref arrived);
            if (!Volatile.Read(ref isMute))
            {
                connection.Send(frame);
            }
        });
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Protocol = CallProtocols.WithIds,
            Circuit = new CircuitPolicy { TimeoutsToOpen = 3, OpenFor = s_short },
        });
        await Eventually.Holds(() => rpc.GetStats().Connections == 1, "the connection was open");
        bool isRefused = false;
        while (!isRefused)
        {
            try
            {
                (await rpc.CallAsync([1], TimeSpan.FromMilliseconds(1)).InTime()).Dispose();
            }
            catch (TimeoutException)
            {
                // What it takes.
            }
            catch (RpcRefusedException)
            {
                isRefused = true;
            }
        }

        Assert.InRange(rpc.GetStats().TimedOut, 3, long.MaxValue);
        Volatile.Write(ref isMute, false);
        bool isAnswered = false;
        while (!isAnswered)
        {
            try
            {
                (await rpc.CallAsync([1], Eventually.Patience).InTime()).Dispose();
                isAnswered = true;
            }
            catch (RpcRefusedException)
            {
                await Task.Yield();
            }
        }

        (await rpc.CallAsync([1]).InTime()).Dispose();
    }

    [Fact]
    public async Task Draining_refuses_new_calls_and_lets_open_ones_end()
    {
        Recorder<(RawFrameServer.Connection From, byte[] Frame)> frames = new();
        using RawFrameServer server = new((connection, frame) => frames.Add((connection, frame)));
        RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField());
        Task<Response> open = rpc.CallAsync([1]).AsTask();
        (RawFrameServer.Connection from, byte[] frame) = await frames.NextAsync();
        Task<int> draining = rpc.DrainAsync(Eventually.Patience);
        await SettleAsync(rpc.Client);
        await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([2]).InTime());
        Assert.False(draining.IsCompleted);

        from.Send(frame);
        using Response answer = await open.InTime();
        Assert.Equal([1], answer.Payload.ToArray());
        Assert.Equal(0, await draining.InTime());
        await Eventually.Holds(() => server.Connections.Count == 0, "the connection was closed");
    }

    [Fact]
    public async Task Draining_gives_up_after_its_time()
    {
        Recorder<byte[]> frames = new();
        using RawFrameServer server = new((_, frame) => frames.Add(frame));
        RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField());
        Task<Response> open = rpc.CallAsync([1]).AsTask();
        await frames.NextAsync();
        await rpc.DrainAsync(TimeSpan.FromMilliseconds(10)).InTime();
        await Assert.ThrowsAsync<RpcConnectionException>(() => open.InTime());
    }

    private static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    private static async Task CallAsync(RpcChannel rpc, Counts counts, CancellationToken stop)
    {
        byte[] payload = [1, 2, 3];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using Response answer = await rpc.CallAsync(payload, cancellationToken: CancellationToken.None).InTime();
                Assert.Equal(3, answer.Payload.Length);
                counts.Answered();
            }
            catch (RpcConnectionException)
            {
                counts.Failed();
                await Task.Yield();
            }
        }
    }

    private sealed class Counts
    {
        private int _answers;
        private int _failures;

        public void Answered() => Interlocked.Increment(ref _answers);

        public void Failed() => Interlocked.Increment(ref _failures);

        public Task NextAnswerAsync()
        {
            int before = Volatile.Read(ref _answers);
            return Eventually.Holds(() => Volatile.Read(ref _answers) > before, "a call was answered");
        }

        public Task NextFailureAsync()
        {
            int before = Volatile.Read(ref _failures);
            return Eventually.Holds(() => Volatile.Read(ref _failures) > before, "a call failed");
        }
    }
}
