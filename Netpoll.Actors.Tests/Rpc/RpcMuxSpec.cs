using System.Buffers;
using System.Net.Sockets;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Many calls on few connections, with ids: answers find their calls whatever their order.</summary>
public sealed class RpcMuxSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly RpcClientOptions s_byId = new() { Protocol = CallProtocols.WithIds };

    private readonly Recorder<(RawFrameServer.Connection From, byte[] Frame)> _frames = new();

    [Fact]
    public async Task Answers_may_come_in_any_order()
    {
        using RawFrameServer server = Recording();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), s_byId);
        Task<Response>[] calls = [.. Enumerable.Range(0, 200).Select(i => rpc.CallAsync([(byte)i]).AsTask())];
        List<(RawFrameServer.Connection From, byte[] Frame)> requests = await _frames.NextAsync(200);
        requests.Reverse();
        requests.ForEach(request => request.From.Send(request.Frame));
        for (int i = 0; i < calls.Length; i++)
        {
            using Response answer = await calls[i].InTime();
            Assert.Equal([(byte)i], answer.Payload.ToArray());
        }
    }

    [Fact]
    public async Task A_late_answer_is_dropped_and_counted_and_its_place_was_free_before()
    {
        using RawFrameServer server = Recording();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), s_byId with { MaxPendingCalls = 1 });
        using CancellationTokenSource cancellation = new();
        Task<Response> first = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        (RawFrameServer.Connection From, byte[] Frame) late = await _frames.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.InTime());
        await Eventually.Holds(() => rpc.GetStats().InFlight == 0, "the cancelled call's place was free");

        Task<Response> second = rpc.CallAsync([2]).AsTask();
        (RawFrameServer.Connection From, byte[] Frame) request = await _frames.NextAsync();
        late.From.Send(late.Frame);
        request.From.Send(request.Frame);
        using Response answer = await second.InTime();
        Assert.Equal([2], answer.Payload.ToArray());
        Assert.Equal(1, rpc.GetStats().LateAnswers);
    }

    [Fact]
    public async Task An_answer_too_short_for_an_id_ends_the_connection()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        using RawFrameServer server = new((connection, _) => connection.Send([1, 2, 3]));
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), s_byId);
        RpcConnectionException failure = await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([1]).InTime());
        Assert.Equal(CloseReason.ProtocolError, failure.Reason);
        Assert.Equal(CloseReason.ProtocolError, (await closes.NextAsync()).Reason);
    }

    [Fact]
    public async Task A_protocol_with_one_byte_ids_never_mixes_calls_up()
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Protocol = new OneByteIds() });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                byte[] payload = BitConverter.GetBytes((caller * 1000) + i);
                using Response answer = await rpc.CallAsync(payload).InTime();
                Assert.Equal(payload, answer.Payload.ToArray());
            }
        })));
    }

    [Fact]
    public async Task A_failure_that_the_protocol_reads_ends_the_call_and_a_tag_reaches_the_protocol()
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Protocol = new TagAsFailure() });
        using (Response answer = await rpc.CallAsync([1], new CallOptions(Tag: (byte)0)).InTime())
        {
            Assert.Equal([1], answer.Payload.ToArray());
        }

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => rpc.CallAsync([1], new CallOptions(Tag: (byte)7)).InTime());
        Assert.Equal("7", failure.Message);
    }

    [Fact]
    public async Task What_many_threads_call_while_the_loop_is_busy_leaves_in_one_piece()
    {
        using Socket listener = RawClient.Listen(out NetAddress address);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        using RawClient server = await RawClient.AcceptAsync(listener);
        await Eventually.Holds(() => rpc.GetStats().Connections == 1, "the connection was open");
        Task<Response>[][] calls;
        using (await HoldLoopsAsync())
        {
            calls = await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
                () => Enumerable.Range(0, 100).Select(i => rpc.CallAsync([(byte)thread, (byte)i]).AsTask()).ToArray()))).InTime();
        }

        // One flush is one system call, and the kernel gives on as a whole what came as a whole.
        byte[] received = new byte[64 * 1024];
        Assert.Equal(400 * 6, server.Socket.Receive(received));
        for (int thread = 0; thread < 4; thread++)
        {
            byte[] order = [.. Enumerable.Range(0, 400).Where(i => received[(i * 6) + 4] == thread).Select(i => received[(i * 6) + 5])];
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), order);
        }

        server.Send(received.AsSpan(0, 400 * 6));
        foreach (Task<Response> call in calls.SelectMany(each => each))
        {
            (await call.InTime()).Dispose();
        }
    }

    [Fact]
    public async Task Calls_are_shared_among_connections_and_servers_in_turn()
    {
        using RawFrameServer one = new();
        using RawFrameServer two = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            [one.Address, two.Address], Codecs.LengthField(), new RpcClientOptions { Connections = ConnectionPolicy.Mux(2) });
        await Eventually.Holds(() => rpc.GetStats().Connections == 4, "all connections were open");
        for (int i = 0; i < 8; i++)
        {
            (await rpc.CallAsync([1]).InTime()).Dispose();
        }

        Assert.Equal((2, 2), (one.Accepted, two.Accepted));
    }

    [Theory]
    [InlineData(EndpointSelection.LeastInFlight, false)]
    [InlineData(EndpointSelection.LeastInFlight, true)]
    [InlineData(EndpointSelection.RoundRobin, false)]
    public async Task A_server_that_is_slow_gets_fewer_calls_if_that_is_asked_for(EndpointSelection selection, bool isPool)
    {
        int slowCalls = 0;
        using RawFrameServer slow = new((_, _) => Interlocked.Increment(ref slowCalls));
        using RawFrameServer fast = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc([slow.Address, fast.Address], Codecs.LengthField(), new RpcClientOptions
        {
            Selection = selection,
            Connections = isPool ? ConnectionPolicy.Pool(20) : ConnectionPolicy.Mux(),
        });
        if (!isPool)
        {
            await Eventually.Holds(() => rpc.GetStats().Connections == 2, "both connections were open");
        }

        List<Task<Response>> calls = [];
        for (int i = 0; i < 20; i++)
        {
            Task<Response> call = rpc.CallAsync([1], new CallOptions(Eventually.Patience)).AsTask();
            calls.Add(call);
            await Eventually.Holds(() => call.IsCompleted || Volatile.Read(ref slowCalls) + calls.Count(each => each.IsCompleted) == calls.Count, "the call arrived");
        }

        int answered = calls.Count(call => call.IsCompletedSuccessfully);
        if (selection == EndpointSelection.RoundRobin)
        {
            Assert.Equal(10, answered);
        }
        else
        {
            Assert.InRange(answered, 15, 20);
        }
    }

    [Fact]
    public async Task What_follows_a_call_runs_on_the_loop_only_if_asked_for()
    {
        using RawFrameServer server = new();
        await using RpcChannel onLoop = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions { ContinueOnLoop = true });
        await using RpcChannel onPool = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField());
        Assert.True(await ContinuesOnLoopAsync(onLoop).InTime());
        Assert.False(await ContinuesOnLoopAsync(onPool).InTime());
    }

    private static async Task<bool> ContinuesOnLoopAsync(RpcChannel rpc)
    {
        // Often enough that one of them is not over before it is awaited.
        for (int i = 0; i < 100; i++)
        {
            (await rpc.CallAsync([1]).ConfigureAwait(false)).Dispose();
            if (EventLoop.Current is not null)
            {
                return true;
            }
        }

        return false;
    }

    private RawFrameServer Recording() => new((connection, frame) => _frames.Add((connection, frame)));

    private sealed class OneByteIds : ICallProtocol
    {
        public int IdBytes => 1;

        public int HeadBytes(in CallHead call) => 1;

        public void WriteHead(in CallHead call, IBufferWriter<byte> output) => output.Write([(byte)call.Id]);

        public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer)
        {
            answer = new ReplyHead(frame.FirstSpan[0], 1);
            return ReplyStatus.Answer;
        }
    }

    private sealed class TagAsFailure : ICallProtocol
    {
        public int IdBytes => 0;

        public int HeadBytes(in CallHead call) => 1;

        public void WriteHead(in CallHead call, IBufferWriter<byte> output) => output.Write([(byte)call.Tag!]);

        public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer)
        {
            byte status = frame.FirstSpan[0];
            answer = new ReplyHead(0, 1, status == 0 ? null : new InvalidOperationException($"{status}"));
            return ReplyStatus.Answer;
        }
    }
}
