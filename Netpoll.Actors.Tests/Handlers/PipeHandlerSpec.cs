using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Handlers;

/// <summary>Asynchronous code over a reader and a writer.</summary>
[Collection(Alone.Name)]
public sealed class PipeHandlerSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int HighWater = 100_000;

    private readonly long _blocksBefore = BlocksOut.Now();
    private readonly Recorder<string> _events = new();
    private readonly Recorder<IActorRef> _handlers = new();

    private delegate Task Code(ConnectionRef connection, IDuplexPipe pipe);

    [Theory]
    [InlineData(1, HandlerScheduling.Bounded)]
    [InlineData(4096, HandlerScheduling.Serial)]
    [InlineData(100_000, HandlerScheduling.Bounded)]
    [InlineData(8 * 1024 * 1024, HandlerScheduling.Serial)]
    [InlineData(8 * 1024 * 1024, HandlerScheduling.Bounded)]
    public async Task Everything_comes_back_also_what_was_sent_before_the_peer_closed_its_side(int bytes, HandlerScheduling scheduling)
    {
        NetAddress address = await ServeAsync(EchoAsync, scheduling);
        byte[] sent = RawClient.RandomBytes(bytes);
        using (RawClient client = RawClient.Connect(address))
        {
            Task sending = Task.Run(() =>
            {
                client.Send(sent);
                client.Socket.Shutdown(SocketShutdown.Send);
            });
            Assert.True(client.ReceiveExactly(bytes).AsSpan().SequenceEqual(sent));
            await sending.InTime();
            Assert.True(client.ReceiveEnd());
        }

        await AssertEndAsync(CloseReason.PeerClosed);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Requests_and_answers_take_turns(HandlerScheduling scheduling)
    {
        NetAddress address = await ServeAsync(EchoAsync, scheduling);
        using RawClient client = RawClient.Connect(address);
        for (int i = 1; i <= 200; i++)
        {
            byte[] request = RawClient.RandomBytes(i * 37, i);
            client.Send(request);
            Assert.Equal(request, client.ReceiveExactly(request.Length));
        }
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Code_that_speaks_first_is_heard_also_by_a_peer_that_has_closed_its_side_at_once(HandlerScheduling scheduling)
    {
        NetAddress address = await ServeAsync(
            async (_, pipe) =>
            {
                ReadResult end = await pipe.Input.ReadAsync();
                Assert.True(end.IsCompleted && end.Buffer.IsEmpty);
                await pipe.Output.WriteAsync("hello"u8.ToArray());
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello"u8.ToArray(), client.ReceiveExactly(5));
        Assert.True(client.ReceiveEnd());
        await AssertEndAsync(CloseReason.PeerClosed);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task When_the_code_ends_the_connection_closes_after_all_that_was_written(HandlerScheduling scheduling)
    {
        byte[] sent = RawClient.RandomBytes(5_000_000);
        NetAddress address = await ServeAsync(
            (_, pipe) =>
            {
                // Unflushed: ending flushes it.
                pipe.Output.Write(sent);
                return Task.CompletedTask;
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        Assert.Equal(sent, client.ReceiveExactly(sent.Length));
        Assert.True(client.ReceiveEnd());
        await AssertEndAsync(CloseReason.LocalClose);
    }

    [Fact]
    public async Task Completing_the_output_tells_the_peer_and_the_input_goes_on()
    {
        NetAddress address = await ServeAsync(async (_, pipe) =>
        {
            await pipe.Output.WriteAsync("that was all"u8.ToArray());
            await pipe.Output.CompleteAsync();
            _events.Add($"{(await ReadToEndAsync(pipe.Input)).Length} more");
        });
        using RawClient client = RawClient.Connect(address);
        Assert.Equal("that was all"u8.ToArray(), client.ReceiveExactly(12));
        Assert.True(client.ReceiveEnd());
        client.Send(new byte[3_000_000]);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(["3000000 more", "PeerClosed", "code ended"], (await _events.NextAsync(3)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Completing_the_input_discards_what_still_comes_and_the_output_goes_on()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetAddress address = await ServeAsync(async (_, pipe) =>
        {
            await pipe.Input.CompleteAsync();
            await arrived.Task;
            await pipe.Output.WriteAsync("still here"u8.ToArray());
        });
        using RawClient client = RawClient.Connect(address);

        // More than the kernel keeps: it is read.
        await Task.Run(() => client.Send(new byte[32 * 1024 * 1024])).InTime();
        arrived.SetResult();
        Assert.Equal("still here"u8.ToArray(), client.ReceiveExactly(10));
        Assert.True(client.ReceiveEnd());
        await AssertEndAsync(CloseReason.LocalClose);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Code_that_does_not_read_holds_its_peer_back_at_a_bounded_cost(HandlerScheduling scheduling)
    {
        const int Bytes = 64 * 1024 * 1024;
        TaskCompletionSource<ConnectionRef> open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                open.SetResult(connection);
                await mayRead.Task;
                _events.Add($"{await CountAsync(pipe.Input)} bytes");
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        Task sending = Task.Run(() =>
        {
            client.Send(new byte[Bytes]);
            client.Socket.Shutdown(SocketShutdown.Send);
        });

        // Held back is a connection that has taken nothing for a while, although its peer has more: the count comes to rest.
        IActorRef connection = (await open.Task.InTime()).Actor;
        long taken = await RestingAsync(connection);
        Assert.False(sending.IsCompleted);

        // The threshold, and four reads at the very most of what a read can take.
        Assert.InRange(taken, 64 * 1024, (64 * 1024) + (PipeSession.MaxChunks * 8L * 1024 * 1024));
        mayRead.SetResult();
        await sending.InTime();
        Assert.Equal($"{Bytes} bytes", await _events.NextAsync());
        await AssertEndAsync(CloseReason.PeerClosed);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_flush_waits_while_the_peer_does_not_read_at_a_bounded_cost(HandlerScheduling scheduling)
    {
        const int Piece = 16 * 1024;
        const int Pieces = 4096;
        TaskCompletionSource<ConnectionRef> open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long flushed = 0;
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                open.SetResult(connection);
                for (int i = 0; i < Pieces; i++)
                {
                    await pipe.Output.WriteAsync(new byte[Piece]);
                    Interlocked.Add(ref flushed, Piece);
                }
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        IActorRef connection = (await open.Task.InTime()).Actor;
        long unsent = 0;
        await RestingAsync(connection, stats =>
        {
            // While the kernel has all of it, its writer is only slow.
            unsent = Math.Max(unsent, stats.UnsentBytes);
            return Volatile.Read(ref flushed) is var written && written > stats.BytesSent ? written : 0;
        });

        // What the kernel has is not ours; beyond it the output up to its mark and one pipe more.
        ConnectionStats stats = await connection.Ask<ConnectionStats>(GetStats.Instance, Eventually.Patience);
        Assert.InRange(Volatile.Read(ref flushed) - stats.BytesSent, 1, HighWater + (4 * 64 * 1024));
        Assert.InRange(unsent, 0, HighWater + (2 * 64 * 1024));
        Assert.Equal(new byte[Piece * Pieces], client.ReceiveExactly(Piece * Pieces));
        Assert.True(client.ReceiveEnd());
        await AssertEndAsync(CloseReason.LocalClose);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_reset_is_an_exception_to_who_reads_and_the_end_to_who_flushes(HandlerScheduling scheduling)
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                TaskCompletionSource closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using CancellationTokenRegistration registration = connection.Closing.Register(closing.SetResult);
                open.SetResult();
                ConnectionEndedException ended = await Assert.ThrowsAsync<ConnectionEndedException>(() => ReadToEndAsync(pipe.Input));
                await closing.Task.InTime();
                FlushResult flush;
                do
                {
                    flush = await pipe.Output.WriteAsync(new byte[1000]);
                }
                while (!flush.IsCompleted);
                _events.Add($"{ended.Reason}, {connection.CloseReason}");
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        client.Send(new byte[10]);
        await open.Task.InTime();
        client.Reset();
        List<string> events = await _events.NextAsync(3);
        Assert.Equal(["PeerReset", "PeerReset, PeerReset", "code ended"], events.Order(StringComparer.Ordinal));
        await AllBlocksComeBackAsync();
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Abort_breaks_off_the_code_too(HandlerScheduling scheduling)
    {
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                await pipe.Input.ReadAsync();
                connection.Abort();
                await Task.Delay(Timeout.Infinite, connection.Closing);
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        client.Send(new byte[10]);
        Assert.False(client.ReceiveEnd());

        // Its cancellation is no fault: there is one end, for this reason.
        Assert.Equal(["LocalAbort", "code ended"], (await _events.NextAsync(2)).Order(StringComparer.Ordinal));
        await AllBlocksComeBackAsync();
    }

    [Theory]
    [InlineData("thrown at once", HandlerScheduling.Bounded)]
    [InlineData("thrown after an await", HandlerScheduling.Bounded)]
    [InlineData("thrown after an await", HandlerScheduling.Serial)]
    [InlineData("output completed", HandlerScheduling.Bounded)]
    [InlineData("output completed", HandlerScheduling.Serial)]
    [InlineData("input completed", HandlerScheduling.Bounded)]
    [InlineData("input completed", HandlerScheduling.Serial)]
    public async Task A_fault_closes_the_connection_after_what_was_flushed_before(string where, HandlerScheduling scheduling)
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                await pipe.Output.WriteAsync("before"u8.ToArray());
                pipe.Output.Write("unflushed"u8);
                if (where != "thrown at once")
                {
                    pipe.Input.AdvanceTo((await pipe.Input.ReadAsync()).Buffer.End);
                }

                NotSupportedException fault = new(where);
                if (where.StartsWith("thrown", StringComparison.Ordinal))
                {
                    throw fault;
                }
                else if (where == "output completed")
                {
                    await pipe.Output.CompleteAsync(fault);
                }
                else
                {
                    await pipe.Input.CompleteAsync(fault);
                    await pipe.Output.WriteAsync("completed"u8.ToArray());
                }

                await Task.Delay(Timeout.Infinite, connection.Closing);
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        Assert.Equal("before"u8.ToArray(), client.ReceiveExactly(6));
        if (where != "thrown at once")
        {
            client.Send([1]);
            if (where == "input completed")
            {
                // It shows at the next bytes that come.
                Assert.Equal("unflushedcompleted"u8.ToArray(), client.ReceiveExactly(18));
                client.Send([2]);
            }
        }

        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.HandlerFaulted, closed.Reason);
        Assert.Equal(where, Assert.IsType<NotSupportedException>(closed.Error).Message);
        await AllBlocksComeBackAsync();
    }

    [Fact]
    public async Task A_fresh_handler_goes_on_in_place_of_one_that_failed_with_what_comes_after()
    {
        int runs = 0;
        NetAddress address = await ServeAsync(
            async (_, pipe) =>
            {
                byte run = (byte)Interlocked.Increment(ref runs);
                while (true)
                {
                    ReadResult read = await pipe.Input.ReadAsync();
                    bool isFault = read.Buffer.FirstSpan is [0, ..];
                    pipe.Input.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        return;
                    }

                    if (isFault)
                    {
                        await pipe.Output.WriteAsync(new byte[] { run, 0 });
                        throw new NotSupportedException("a zero");
                    }

                    await pipe.Output.WriteAsync(new byte[] { run });
                }
            },
            strategy: new OneForOneStrategy(_ => Directive.Restart));
        using RawClient client = RawClient.Connect(address);
        client.Send([1]);
        Assert.Equal([1], client.ReceiveExactly(1));
        for (byte run = 1; run < 10; run++)
        {
            // The zero goes with the bytes that came with it; only what comes when the next one runs is its own.
            client.Send([0]);
            Assert.Equal([run, 0], client.ReceiveExactly(2));
            await Eventually.Holds(() => Volatile.Read(ref runs) == run + 1, "the next handler runs");
            client.Send([1]);
            Assert.Equal([(byte)(run + 1)], client.ReceiveExactly(1));
        }

        client.Reset();
        await AllBlocksComeBackAsync();
    }

    [Fact]
    public async Task A_handler_that_is_forgiven_has_nothing_to_go_on_with()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        NetAddress address = await ServeAsync(
            (_, _) => throw new NotSupportedException("never"), strategy: new OneForOneStrategy(_ => Directive.Resume));
        using RawClient client = RawClient.Connect(address);
        Assert.True(client.ReceiveEnd());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.HandlerFaulted, closed.Reason);
        Assert.IsType<NotSupportedException>(closed.Error);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_drain_lets_the_code_finish_what_it_has_begun(HandlerScheduling scheduling)
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (IActorRef listener, NetAddress address) = await ServeWithListenerAsync(
            async (connection, pipe) =>
            {
                ReadResult read = await pipe.Input.ReadAsync();
                pipe.Input.AdvanceTo(read.Buffer.End);
                begun.SetResult();

                // The end of the input is what a drain looks like from here.
                Assert.True((await pipe.Input.ReadAsync()).IsCompleted);
                Assert.Equal(CloseReason.Shutdown, connection.CloseReason);
                await pipe.Output.WriteAsync("an answer"u8.ToArray());
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        client.Send([1]);
        await begun.Task.InTime();
        listener.Tell(Drain.Instance);
        Assert.Equal("an answer"u8.ToArray(), client.ReceiveExactly(9));
        Assert.True(client.ReceiveEnd());
        await AssertEndAsync(CloseReason.Shutdown);
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Code_whose_handler_is_stopped_from_above_still_comes_to_its_end(HandlerScheduling scheduling)
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (IActorRef listener, NetAddress address) = await ServeWithListenerAsync(
            async (_, pipe) =>
            {
                begun.SetResult();
                await mayEnd.Task;

                // A turn of an actor that is no more.
                ConnectionEndedException ended = await Assert.ThrowsAsync<ConnectionEndedException>(() => ReadToEndAsync(pipe.Input));
                await Task.Yield();
                _events.Add($"code saw {ended.Reason}");
            },
            scheduling);
        using RawClient client = RawClient.Connect(address);
        client.Send(new byte[100_000]);
        await begun.Task.InTime();
        await StopAsync(listener);
        Assert.Equal("Shutdown", await _events.NextAsync());
        mayEnd.SetResult();
        Assert.Equal("code saw Shutdown", await _events.NextAsync());
        Assert.Equal("code ended", await _events.NextAsync());
        await AllBlocksComeBackAsync();
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Code_and_messages_never_run_at_the_same_time(HandlerScheduling scheduling)
    {
        const int Count = 2000;
        int inside = 0, overlaps = 0, messages = 0;
        void Enter()
        {
            if (Interlocked.Exchange(ref inside, 1) != 0)
            {
                Interlocked.Increment(ref overlaps);
            }

            Thread.SpinWait(50);
            Volatile.Write(ref inside, 0);
        }

        NetAddress address = await ServeAsync(
            async (_, pipe) =>
            {
                // Two strands of the same code, each in turns of its own.
                Task other = SpinAsync();
                await EchoAsync(pipe, Enter);
                await other;

                async Task SpinAsync()
                {
                    for (int i = 0; i < Count; i++)
                    {
                        await Task.Run(static () => { });
                        Enter();
                    }
                }
            },
            scheduling,
            onMessage: _ =>
            {
                Enter();
                Interlocked.Increment(ref messages);
            });
        using RawClient client = RawClient.Connect(address);
        IActorRef handler = await _handlers.NextAsync();
        Task telling = Task.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                handler.Tell(i);
            }
        });
        for (int i = 0; i < 200; i++)
        {
            client.Send([1, 2, 3]);
            Assert.Equal([1, 2, 3], client.ReceiveExactly(3));
        }

        await telling.InTime();
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.True(client.ReceiveEnd());
        Assert.Equal("code ended", await _events.NextAsync());
        Assert.Equal(Count, messages);
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task The_time_of_a_half_closed_connection_begins_anew_with_what_is_written()
    {
        TimeSpan limit = TimeSpan.FromSeconds(1);
        Recorder<(bool WroteAll, TimeSpan LongestPause)> runs = new();
        NetAddress address = await ServeAsync(
            async (_, pipe) =>
            {
                Assert.True((await pipe.Input.ReadAsync()).IsCompleted);
                long begun = Stopwatch.GetTimestamp(), last = begun;
                TimeSpan longest = default;
                bool hasEnded = false;
                while (!hasEnded && Stopwatch.GetElapsedTime(begun) < 2.5 * limit)
                {
                    await Task.Delay(10);
                    hasEnded = (await pipe.Output.WriteAsync(new byte[1])).IsCompleted;
                    longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(last).Ticks));
                    last = Stopwatch.GetTimestamp();
                }

                runs.Add((!hasEnded, longest));
            },
            options: new ListenerOptions { HalfCloseTimeout = limit });
        (bool WroteAll, TimeSpan LongestPause) run;
        do
        {
            using RawClient client = RawClient.Connect(address);
            client.Socket.Shutdown(SocketShutdown.Send);
            Assert.True(client.ReceiveEnd());
            run = await runs.NextAsync();
        }
        while (!run.WroteAll && run.LongestPause > limit / 2);

        // Unless the machine itself stood still for as long.
        Assert.True(run.WroteAll);
    }

    [Fact]
    public async Task Code_that_does_not_end_after_its_peer_is_cut_off_when_the_time_is_over()
    {
        NetAddress address = await ServeAsync(
            async (connection, pipe) =>
            {
                Assert.True((await pipe.Input.ReadAsync()).IsCompleted);
                while (!(await pipe.Output.FlushAsync()).IsCompleted)
                {
                    await Task.Delay(1);
                }
            },
            options: new ListenerOptions { HalfCloseTimeout = TimeSpan.FromMilliseconds(50) });
        using RawClient client = RawClient.Connect(address);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.True(client.ReceiveEnd());
        Assert.Equal(["PeerClosed", "code ended"], (await _events.NextAsync(2)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Handlers_of_several_connections_are_refused()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        Props props = Props.CreateBy(new Producer<Handler>(() => new Handler(this, EchoAsync)));
        (_, NetAddress address) = await ListenAsync("tcp://127.0.0.1:0", HandlerSource.SharedPool(props, 1), codec: Codecs.Raw());
        using RawClient client = RawClient.Connect(address);
        Assert.Equal(0, client.Socket.Receive(new byte[1]));
        Assert.NotEqual(CloseReason.PeerClosed, (await closes.NextAsync()).Reason);
    }

    private static Task EchoAsync(ConnectionRef connection, IDuplexPipe pipe) => EchoAsync(pipe, static () => { });

    private static async Task EchoAsync(IDuplexPipe pipe, Action onRead)
    {
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync();
            onRead();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                pipe.Output.Write(segment.Span);
            }

            pipe.Input.AdvanceTo(read.Buffer.End);
            if ((await pipe.Output.FlushAsync()).IsCompleted || read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            if (read.IsCompleted)
            {
                return read.Buffer.ToArray();
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task<long> CountAsync(PipeReader input)
    {
        long count = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            count += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return count;
            }
        }
    }

    // Until nothing has changed over many looks, each of which the connection itself has answered.
    private static async Task<long> RestingAsync(IActorRef connection, Func<ConnectionStats, long>? value = null)
    {
        // Below its handler's threshold it is read, and its peer is only slow.
        value ??= stats => stats.BytesReceived >= 64 * 1024 ? stats.BytesReceived : 0;
        long last = -1;
        for (int same = 0; same < 100;)
        {
            long now = value(await connection.Ask<ConnectionStats>(GetStats.Instance, Eventually.Patience));
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
            await Task.Delay(1);
        }

        return last;
    }

    // The code ends, then the connection, and nothing is left.
    private async Task AssertEndAsync(CloseReason reason)
    {
        Assert.Equal("code ended", await _events.NextAsync());
        Assert.Equal($"{reason}", await _events.NextAsync());
        await AllBlocksComeBackAsync();
    }

    private async Task AllBlocksComeBackAsync()
    {
        if (TestBackend.DefaultName != "io-uring")
        {
            await Eventually.Holds(() => BlocksOut.Now() <= _blocksBefore, "all blocks came back");
        }
    }

    private async Task<NetAddress> ServeAsync(
        Code code,
        HandlerScheduling scheduling = HandlerScheduling.Bounded,
        SupervisorStrategy? strategy = null,
        ListenerOptions? options = null,
        Action<object>? onMessage = null) =>
        (await ServeWithListenerAsync(code, scheduling, strategy, options, onMessage)).Address;

    private Task<(IActorRef Listener, NetAddress Address)> ServeWithListenerAsync(
        Code code,
        HandlerScheduling scheduling = HandlerScheduling.Bounded,
        SupervisorStrategy? strategy = null,
        ListenerOptions? options = null,
        Action<object>? onMessage = null)
    {
        Props props = Props.CreateBy(new Producer<Handler>(() => new Handler(this, code, onMessage)));
        return ListenAsync(
            "tcp://127.0.0.1:0",
            HandlerSource.PerConnection(props, scheduling, strategy),
            (options ?? new ListenerOptions()) with { OutputHighWaterBytes = HighWater },
            Codecs.Raw());
    }

    private sealed class Handler(PipeHandlerSpec spec, Code code, Action<object>? onMessage = null) : PipeHandler
    {
        protected override long MaxUnreadBytes => 64 * 1024;

        protected override void OnConnected(ConnectionRef connection) => spec._handlers.Add(Self);

        protected override async Task RunAsync(ConnectionRef connection, IDuplexPipe pipe)
        {
            try
            {
                await code(connection, pipe);
            }
            finally
            {
                spec._events.Add("code ended");
            }
        }

        protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) => spec._events.Add($"{reason}");

        protected override void OnMessage(object message) => onMessage?.Invoke(message);
    }
}
