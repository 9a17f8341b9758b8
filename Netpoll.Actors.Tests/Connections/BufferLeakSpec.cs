using System.Buffers;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Every block that connections, requests and calls took from the pool goes back, however they end.</summary>
[Collection(Alone.Name)]
public abstract class BufferLeakSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private const int FrameBytes = 20_000;

    private readonly Script _script = Script.Silent();
    private IActorRef _listener = ActorRefs.Nobody;

    private static long Outstanding => BlocksOut.Now();

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Idle_connections_hold_nothing(HandlerScheduling scheduling)
    {
        _script.OnRequest = request => request.Reply(request.Payload);
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, scheduling));
        long before = Outstanding;
        RawClient[] clients = [.. Enumerable.Range(0, 20).Select(_ => RawClient.Connect(address))];
        foreach (int size in new[] { 0, 1, 1000, FrameBytes, 300_000 })
        {
            foreach (RawClient client in clients)
            {
                Task send = Task.Run(() => client.SendFrame(new byte[size]));
                Assert.Equal(size, client.ReceiveFrame().Length);
                await send;
            }
        }

        await AssertOutstandingAsync(before);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public Task Half_a_frame_goes_back_when_its_peer_vanishes() => LeavesNothingAsync(async address =>
    {
        using RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await _script.Requests.NextAsync();
        client.Send(RawClient.Frame(new byte[FrameBytes]).AsSpan(0, FrameBytes / 2));
        request.Complete();
    });

    [Fact]
    public Task Unanswered_requests_go_back_when_their_peer_resets() => LeavesNothingAsync(async address =>
    {
        RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 10).SelectMany(_ => RawClient.Frame(new byte[FrameBytes])).ToArray());
        await _script.Requests.NextAsync(10);
        client.Reset();
    });

    [Theory]
    [InlineData("abort")]
    [InlineData("close")]
    [InlineData("reset")]
    [InlineData("listener")]
    public async Task Answers_that_wait_for_an_older_one_go_back_when_the_connection_ends(string end)
    {
        Recorder<BufferSlice> taken = new();
        _script.OnRequest = request => taken.Add(request.TakePayload());
        await LeavesNothingAsync(async address =>
        {
            RawClient client = RawClient.Connect(address);
            client.Send(Enumerable.Range(0, 4).SelectMany(_ => RawClient.Frame(new byte[FrameBytes])).ToArray());
            List<Request> requests = await _script.Requests.NextAsync(4);
            List<BufferSlice> slices = await taken.NextAsync(4);
            requests[1].Reply(new byte[FrameBytes]);
            requests[2].Reply(slices[2]);
            await SettleAsync(requests[0].Connection.Actor);
            slices[0].Dispose();
            slices[1].Dispose();
            slices[3].Dispose();
            Recorder<object> watcher = await WatchAsync(requests[0].Connection.Actor);
            switch (end)
            {
                case "abort":
                    requests[0].Connection.Abort();
                    break;
                case "close":
                    requests[0].Connection.Close();
                    break;
                case "reset":
                    client.Reset();
                    break;
                default:
                    await StopAsync(_listener);
                    break;
            }

            await watcher.NextAsync();
            client.Dispose();
        });
    }

    [Fact]
    public Task Answers_given_after_the_connection_has_ended_go_back() => LeavesNothingAsync(async address =>
    {
        RawClient client = RawClient.Connect(address);
        client.Send(Enumerable.Range(0, 4).SelectMany(_ => RawClient.Frame(new byte[FrameBytes])).ToArray());
        List<Request> requests = await _script.Requests.NextAsync(4);
        Recorder<object> watcher = await WatchAsync(requests[0].Connection.Actor);
        client.Reset();
        requests[1].Reply(new byte[FrameBytes]);
        await watcher.NextAsync();
        requests[0].Reply(new byte[FrameBytes]);
        requests[2].Reply(new ReadOnlySequence<byte>(new byte[FrameBytes]));
        requests[3].Complete();
    });

    [Fact]
    public Task Unsent_output_goes_back_when_its_peer_resets() => LeavesNothingAsync(async address =>
    {
        RawClient client = RawClient.Connect(address);
        client.SendFrame([1]);
        Request request = await _script.Requests.NextAsync();
        request.Reply(new byte[16 * 1024 * 1024]);
        client.ReceiveExactly(10_000);
        client.Reset();
    });

    [Fact]
    public async Task Requests_of_a_handler_that_died_go_back()
    {
        using Gate gate = new();
        _script.OnRequest = _ =>
        {
            gate.Wait();
            throw new NotSupportedException("not today");
        };
        await LeavesNothingAsync(async address =>
        {
            using RawClient client = RawClient.Connect(address);
            client.Send(Enumerable.Range(0, 10).SelectMany(_ => RawClient.Frame(new byte[FrameBytes])).ToArray());
            Request request = await _script.Requests.NextAsync();
            await SettleAsync(request.Connection.Actor);
            gate.Open();
            client.ReceiveEnd();
        });
    }

    [Fact]
    public async Task Answers_to_calls_that_have_timed_out_or_were_cancelled_go_back()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        IActorRef client = Sys.ActorOf(RpcClient.Props(address, Codecs.LengthField()));
        using CancellationTokenSource cancellation = new();
        _script.OnRequest = request => request.Reply(ReadOnlySpan<byte>.Empty);
        (await rpc.CallAsync([1]).InTime()).Dispose();
        (await client.Ask<Response>(new Call(new byte[1]), Eventually.Patience)).Dispose();
        await _script.Requests.NextAsync(2);
        _script.OnRequest = _ => { };
        long before = Outstanding;

        Task<Response> cancelled = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        Request first = await _script.Requests.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Request second = await TimeOutAsync(time => rpc.CallAsync([1], time).InTime());
        Request third = await TimeOutAsync(time => client.Ask<Response>(new Call(new byte[1], time), Eventually.Patience));
        foreach (Request request in (Request[])[first, second, third, .. _script.Requests.Rest()])
        {
            request.Reply(new byte[FrameBytes]);
        }

        await AssertOutstandingAsync(before);
    }

    [Fact]
    public async Task An_answer_to_an_ask_that_has_timed_out_goes_back()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        IActorRef client = Sys.ActorOf(RpcClient.Props(address, Codecs.LengthField()));
        Task<Response> call = client.Ask<Response>(new Call(new byte[1]), Eventually.Patience);
        (await _script.Requests.NextAsync()).Reply(ReadOnlySpan<byte>.Empty);
        (await call).Dispose();
        long before = Outstanding;

        await Assert.ThrowsAnyAsync<Exception>(() => client.Ask<Response>(new Call(new byte[1]), TimeSpan.FromMilliseconds(1)));
        (await _script.Requests.NextAsync()).Reply(new byte[FrameBytes]);

        await AssertOutstandingAsync(before);
    }

    [Fact]
    public async Task Calls_that_reach_nobody_go_back()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        long before = Outstanding;
        RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        Task<Response> open = rpc.CallAsync(new byte[FrameBytes]).AsTask();
        await _script.Requests.NextAsync();
        await rpc.DisposeAsync();
        await Assert.ThrowsAsync<RpcConnectionException>(() => open.InTime());
        for (int i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync(new byte[FrameBytes]).InTime());
        }

        await AssertOutstandingAsync(before);
    }

    // A call whose time is over before its turn comes is not sent at all: then it is made again, with twice the time.
    private async Task<Request> TimeOutAsync(Func<TimeSpan, Task> call)
    {
        int before = _script.Requests.Count;
        for (TimeSpan time = TimeSpan.FromMilliseconds(1); _script.Requests.Count == before; time *= 2)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => call(time));
        }

        return await _script.Requests.NextAsync();
    }

    private async Task LeavesNothingAsync(Func<NetAddress, Task> use)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_listener, NetAddress address) = await ListenAsync(
            HandlerSource.PerConnection(_script.Props), new ListenerOptions { LingerTimeout = TimeSpan.FromMilliseconds(50) });
        long before = Outstanding;
        await use(address);
        await closes.NextAsync();
        await AssertOutstandingAsync(before);
    }

    // What lies ready for a ring's next receives is out too: it grows with the load, up to 1024 blocks on each of the two loops.
    private Task AssertOutstandingAsync(long before) =>
        Eventually.TrueAsync(
            () => Outstanding <= before + (backend == "io-uring" ? 2 * 1024 : 0), () => $"{Outstanding} blocks are out, {before} before");
}

/// <summary>With <c>epoll(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class BufferLeakOnEpollSpec(ITestOutputHelper output) : BufferLeakSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class BufferLeakOnUringSpec(ITestOutputHelper output) : BufferLeakSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class BufferLeakOnPollSpec(ITestOutputHelper output) : BufferLeakSpec(output, "poll");
