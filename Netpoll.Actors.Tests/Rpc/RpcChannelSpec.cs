using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Calls by task: each gets its own answer, or one clear failure.</summary>
public sealed class RpcChannelSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly RpcClientOptions s_once = new() { Reconnect = null };

    private readonly Script _server = Script.Silent();

    [Fact]
    public async Task A_call_gets_its_answer()
    {
        await using RpcChannel rpc = await ConnectAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        foreach (int size in new[] { 0, 1, 1024, 1024 * 1024 })
        {
            byte[] payload = RawClient.RandomBytes(size);
            using Response answer = await rpc.CallAsync(payload).InTime();
            Assert.True(payload.AsSpan().SequenceEqual(answer.Payload.ToArray()));
        }
    }

    [Fact]
    public async Task A_call_takes_a_sequence_of_pieces()
    {
        await using RpcChannel rpc = await ConnectAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        using Response answer = await rpc.CallAsync(Framing.Pieces.Of([1, 2], [], [3])).InTime();
        Assert.Equal([1, 2, 3], answer.Payload.ToArray());
        answer.Dispose();
        answer.Dispose();
        Assert.True(answer.Payload.IsEmpty);
    }

    [Fact]
    public async Task Many_calls_from_many_threads_get_each_its_own_answer()
    {
        await using RpcChannel rpc = await ConnectAsync(HandlerSource.PerConnection(Props.Create<EchoHandler>()));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (int round = 0; round < 10; round++)
            {
                List<(byte[] Payload, Task<Response> Answer)> calls = [];
                for (int i = 0; i < 100; i++)
                {
                    byte[] payload = Encoding.ASCII.GetBytes($"{thread}/{round}/{i}");
                    calls.Add((payload, rpc.CallAsync(payload).AsTask()));
                }

                foreach ((byte[] payload, Task<Response> answer) in calls)
                {
                    using Response response = await answer.InTime();
                    Assert.Equal(payload, response.Payload.ToArray());
                }
            }
        })));
    }

    [Fact]
    public async Task Calls_arrive_in_the_order_in_which_they_were_made()
    {
        Recorder<int> arrived = new();
        _server.OnRequest = request =>
        {
            arrived.Add(BitConverter.ToInt32(request.Payload.ToArray()));
            request.Reply(ReadOnlySpan<byte>.Empty);
        };
        await using RpcChannel rpc = await ConnectAsync();
        Task<Response>[] calls = [.. Enumerable.Range(0, 2000).Select(i => rpc.CallAsync(BitConverter.GetBytes(i)).AsTask())];
        foreach (Task<Response> call in calls)
        {
            (await call.InTime()).Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 2000), arrived.Rest());
    }

    [Fact]
    public async Task A_call_that_timed_out_leaves_the_connection_usable_and_its_late_answer_goes_to_nobody()
    {
        Recorder<(Request Request, byte First)> requests = new();
        _server.OnRequest = request => requests.Add((request, request.Payload.FirstSpan[0]));
        await using RpcChannel rpc = await ConnectAsync();

        // One whose time is over before its turn comes is not sent at all.
        while (requests.Count == 0)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => rpc.CallAsync([1], TimeSpan.FromMilliseconds(20)).InTime());
        }

        Task<Response> second = rpc.CallAsync([2], TimeSpan.FromMinutes(10)).AsTask();
        (Request request, byte first) = await requests.NextAsync();
        List<Request> late = [];
        while (first == 1)
        {
            late.Add(request);
            (request, first) = await requests.NextAsync();
        }

        request.Reply([22]);
        late.ForEach(each => each.Reply([11]));
        using Response answer = await second.InTime();
        Assert.Equal([22], answer.Payload.ToArray());
        Assert.Equal(late.Count, rpc.GetStats().LateAnswers);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_connection_usable_and_its_late_answer_goes_to_nobody()
    {
        await using RpcChannel rpc = await ConnectAsync();
        using CancellationTokenSource cancellation = new();
        Task<Response> first = rpc.CallAsync([1], cancellationToken: cancellation.Token).AsTask();
        Request late = await _server.Requests.NextAsync();
        await cancellation.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.InTime());
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);

        Task<Response> second = rpc.CallAsync([2]).AsTask();
        late.Reply([11]);
        (await _server.Requests.NextAsync()).Reply([22]);
        using Response answer = await second.InTime();
        Assert.Equal([22], answer.Payload.ToArray());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_beforehand_is_never_sent()
    {
        await using RpcChannel rpc = await ConnectAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rpc.CallAsync([1], cancellationToken: new CancellationToken(true)).InTime());
        Task<Response> second = rpc.CallAsync([2]).AsTask();
        (await _server.Requests.NextAsync()).Reply([22]);
        using Response answer = await second.InTime();
        Assert.Equal([22], answer.Payload.ToArray());
        Assert.Equal(1, _server.Requests.Count);
    }

    [Theory]
    [InlineData(false, CloseReason.PeerClosed)]
    [InlineData(true, CloseReason.PeerReset)]
    public async Task When_the_server_ends_the_connection_open_calls_and_later_ones_fail(bool abort, CloseReason reason)
    {
        await using RpcChannel rpc = await ConnectAsync(HandlerSource.PerConnection(_server.Props), s_once);
        Task<Response>[] open = [.. Enumerable.Range(0, 3).Select(i => rpc.CallAsync([(byte)i]).AsTask())];
        Request request = (await _server.Requests.NextAsync(3))[0];
        if (abort)
        {
            request.Connection.Abort();
        }
        else
        {
            request.Connection.Close();
        }

        foreach (Task<Response> call in open)
        {
            RpcConnectionException failure = await Assert.ThrowsAsync<RpcConnectionException>(() => call.InTime());
            Assert.Equal(reason, failure.Reason);
        }

        await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([9]).InTime());
        await SettleAsync(rpc.Client);
        RpcConnectionException later = await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([9]).InTime());
        Assert.Equal(reason, later.Reason);
    }

    [Fact]
    public async Task Answers_that_came_before_the_end_are_delivered()
    {
        _server.OnRequest = request =>
        {
            request.Reply(request.Payload);
            request.Connection.Close();
        };
        await using RpcChannel rpc = await ConnectAsync();
        using Response answer = await rpc.CallAsync([1]).InTime();
        Assert.Equal([1], answer.Payload.ToArray());
    }

    [Fact]
    public async Task A_refused_connection_fails_every_call()
    {
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        NetAddress address = NetAddress.FromEndPoint(bound.LocalEndPoint!);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        for (int i = 0; i < 3; i++)
        {
            RpcConnectionException failure = await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([1]).InTime());
            Assert.Null(failure.Reason);
            Assert.Contains(address.ToString(), failure.Message, StringComparison.Ordinal);
            Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketOperationException>(failure.InnerException).SocketErrorCode);
        }
    }

    [Fact]
    public async Task A_name_that_nobody_has_fails_every_call()
    {
        await using RpcChannel rpc = Sys.Netpoll().Rpc(NetAddress.Parse("tcp://no-such-host.invalid:1"), Codecs.LengthField());
        await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([1]).InTime());
    }

    [Fact]
    public async Task Calls_made_while_it_connects_wait_and_keep_their_order()
    {
        _server.OnRequest = request => request.Reply(request.Payload);
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        Task<Response>[] calls;
        RpcChannel rpc;
        using (await HoldLoopsAsync())
        {
            rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
            calls = [.. Enumerable.Range(0, 20).Select(i => rpc.CallAsync([(byte)i]).AsTask())];
        }

        for (int i = 0; i < calls.Length; i++)
        {
            using Response answer = await calls[i].InTime();
            Assert.Equal([(byte)i], answer.Payload.ToArray());
        }

        await rpc.DisposeAsync();
    }

    [Fact]
    public async Task More_calls_than_allowed_fail_at_once_while_it_connects_and_after()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        Task<Response> first;
        Task<Response> second;
        RpcChannel rpc;
        using (await HoldLoopsAsync())
        {
            rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField(), new RpcClientOptions { MaxPendingCalls = 2 });
            first = rpc.CallAsync([1]).AsTask();
            second = rpc.CallAsync([2]).AsTask();
            await Assert.ThrowsAsync<RpcRefusedException>(() => rpc.CallAsync([3]).InTime());
        }

        List<Request> requests = await _server.Requests.NextAsync(2);
        await Assert.ThrowsAsync<RpcRefusedException>(() => rpc.CallAsync([4]).InTime());

        requests[0].Reply([1]);
        (await first.InTime()).Dispose();
        Task<Response> fifth = rpc.CallAsync([5]).AsTask();
        requests[1].Reply([2]);
        (await _server.Requests.NextAsync()).Reply([5]);
        (await second.InTime()).Dispose();
        using Response answer = await fifth.InTime();
        Assert.Equal([5], answer.Payload.ToArray());
        await rpc.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_no_frame_can_hold_fails_alone()
    {
        (_, NetAddress address) = await ListenAsync(
            "tcp://127.0.0.1:0", HandlerSource.PerConnection(_server.Props), codec: Codecs.LengthField(1));
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField(1));
        Task<Response> first = rpc.CallAsync([1]).AsTask();
        Request request = await _server.Requests.NextAsync();

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => rpc.CallAsync(new byte[256]).InTime());
        Assert.IsType<ArgumentOutOfRangeException>(refused.InnerException);

        request.Reply([11]);
        using Response answer = await first.InTime();
        Assert.Equal([11], answer.Payload.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 1, 7 }, CloseReason.ProtocolError)]
    [InlineData(new byte[] { 7 }, CloseReason.ProtocolError)]
    public async Task An_answer_that_nobody_asked_for_ends_the_connection(byte[] unasked, CloseReason reason)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        using Socket listener = RawClient.Listen(out NetAddress address);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField(), s_once);
        using RawClient server = await RawClient.AcceptAsync(listener);
        server.Send(unasked);

        Assert.Equal(reason, (await closes.NextAsync()).Reason);
        server.ReceiveEnd();
        await SettleAsync(rpc.Client);
        RpcConnectionException later = await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([1]).InTime());
        Assert.Equal(reason, later.Reason);
    }

    [Fact]
    public async Task One_answer_too_many_does_not_disturb_the_one_before_it()
    {
        using Socket listener = RawClient.Listen(out NetAddress address);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        using RawClient server = await RawClient.AcceptAsync(listener);
        Task<Response> call = rpc.CallAsync([1]).AsTask();
        server.ReceiveFrame();
        server.Send([.. RawClient.Frame([1, 1]), .. RawClient.Frame([2, 2])]);
        using Response answer = await call.InTime();
        Assert.Equal([1, 1], answer.Payload.ToArray());
        server.ReceiveEnd();
    }

    [Fact]
    public async Task An_answer_over_the_limit_ends_the_connection()
    {
        using Socket listener = RawClient.Listen(out NetAddress address);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField(), new RpcClientOptions { MaxFrameBytes = 10 });
        using RawClient server = await RawClient.AcceptAsync(listener);
        Task<Response> first = rpc.CallAsync([1]).AsTask();
        Task<Response> second = rpc.CallAsync([2]).AsTask();
        server.ReceiveFrame();
        server.Send([.. RawClient.Frame(new byte[10]), 0, 0, 0, 11]);
        using Response answer = await first.InTime();
        Assert.Equal(10, answer.Payload.Length);
        Assert.Equal(CloseReason.OverLimit, (await Assert.ThrowsAsync<RpcConnectionException>(() => second.InTime())).Reason);
    }

    [Fact]
    public async Task A_server_that_vanishes_in_the_middle_of_an_answer_fails_the_call()
    {
        using Socket listener = RawClient.Listen(out NetAddress address);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        using RawClient server = await RawClient.AcceptAsync(listener);
        Task<Response> call = rpc.CallAsync([1]).AsTask();
        server.ReceiveFrame();
        server.Send([0, 0, 0, 9, 1, 2]);
        server.Dispose();
        RpcConnectionException failure = await Assert.ThrowsAsync<RpcConnectionException>(() => call.InTime());
        Assert.Equal(CloseReason.PeerClosed, failure.Reason);
        Assert.IsType<EndOfStreamException>(failure.InnerException);
    }

    [Fact]
    public async Task Disposing_closes_the_connection_and_fails_open_calls_and_later_ones()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        RpcChannel rpc = await ConnectAsync();
        Task<Response> open = rpc.CallAsync([1]).AsTask();
        Request request = await _server.Requests.NextAsync();
        await rpc.DisposeAsync().AsTask().InTime();

        Assert.Equal(CloseReason.Shutdown, (await Assert.ThrowsAsync<RpcConnectionException>(() => open.InTime())).Reason);
        await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([2]).InTime());
        await rpc.DisposeAsync().AsTask().InTime();

        request.Complete();
        Assert.Equal([CloseReason.PeerClosed, CloseReason.Shutdown], (await closes.NextAsync(2)).Select(end => end.Reason).Order());
    }

    [Fact]
    public async Task Disposing_while_it_connects_fails_the_waiting_calls()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        using (await HoldLoopsAsync())
        {
            RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
            Task<Response> waiting = rpc.CallAsync([1]).AsTask();
            await rpc.DisposeAsync().AsTask().InTime();
            await Assert.ThrowsAsync<RpcConnectionException>(() => waiting.InTime());
        }

        Assert.Equal(0, _server.Requests.Count);
    }

    [Fact]
    public async Task When_the_system_terminates_open_calls_and_later_ones_fail()
    {
        RpcChannel rpc = await ConnectAsync();
        Task<Response> open = rpc.CallAsync([1]).AsTask();
        await _server.Requests.NextAsync();
        await Sys.Terminate().InTime();
        await Assert.ThrowsAsync<RpcConnectionException>(() => open.InTime());
        await Assert.ThrowsAsync<RpcConnectionException>(() => rpc.CallAsync([2]).InTime());
    }

    [Fact]
    public async Task Calls_and_the_servers_close_race_and_every_call_ends()
    {
        _server.OnRequest = request =>
        {
            request.Reply(request.Payload);
            if (request.Payload.FirstSpan[0] == 50)
            {
                request.Connection.Close();
            }
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_server.Props));
        for (int round = 0; round < 20; round++)
        {
            await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField());
            List<Task<Response>> calls = [.. Enumerable.Range(0, 100).Select(i => rpc.CallAsync([(byte)i]).AsTask())];
            for (int i = 0; i < calls.Count; i++)
            {
                try
                {
                    using Response answer = await calls[i].InTime();
                    Assert.Equal([(byte)i], answer.Payload.ToArray());
                }
                catch (RpcConnectionException)
                {
                    Assert.True(i > 50, $"call {i} came before the close");
                }
            }
        }
    }

    private Task<RpcChannel> ConnectAsync() => ConnectAsync(HandlerSource.PerConnection(_server.Props));

    private async Task<RpcChannel> ConnectAsync(HandlerSource handlers, RpcClientOptions? options = null)
    {
        (_, NetAddress address) = await ListenAsync(handlers);
        return Sys.Netpoll().Rpc(address, Codecs.LengthField(), options);
    }
}
