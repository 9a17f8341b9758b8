using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Routing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using RpcSample.Contract;
using RpcSample.Serving;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>Serving typed methods, as a client of the protocol sees it.</summary>
public sealed class RpcServerSpec(ITestOutputHelper output) : NetpollSpec(output, "akka.loglevel = OFF")
{
    private static readonly IRpcSerializer s_json = CalculatorMethods.Json;

    private readonly ConcurrentDictionary<long, TaskCompletionSource<Number>> _held = new();
    private readonly Recorder<string> _events = new();
    private readonly Gate _gate = new();
    private int _produced;

    public static TheoryData<string> Handlers => ["per connection", "serial", "shared pool", "one for all", "router"];

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task Calls_are_answered_whoever_serves_them(string handlers)
    {
        await using PlainRpcConnection connection = await ServeAsync(handlers);
        PlainCalculator calculator = new(connection);
        long[] sums = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => calculator.AddAsync(i, i))).InTime();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => 2L * i), sums);
        Assert.Equal(7, await calculator.LengthAsync("netpoll").InTime());

        List<long> counted = [];
        await foreach (Number number in calculator.CountAsync(1, 100))
        {
            counted.Add(number.Value);
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), counted);
        await calculator.NoteAsync("told").InTime();
        Assert.Equal("noted told", await _events.NextAsync());
        Assert.Equal(0, connection.OpenCalls);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task Answers_go_out_as_they_come(string handlers)
    {
        await using PlainRpcConnection connection = await ServeAsync(handlers);
        Task<Number>[] calls = [.. Enumerable.Range(0, 50).Select(i => connection.CallAsync<Number, Number>("hold", new Number(i), s_json))];
        await Eventually.Holds(() => _held.Count == 50, "all calls were held");
        int[] order = [.. Enumerable.Range(0, 50)];
        new Random(1).Shuffle(order);
        foreach (int i in order)
        {
            _held[i].SetResult(new Number(i * 10));
            Assert.Equal(i * 10, (await calls[i].InTime()).Value);
        }
    }

    [Fact]
    public async Task A_failure_has_status_and_message_and_nothing_else()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        await AssertFailsAsync(connection, "refuse", RpcStatus.NotFound, "Nobody here.");
        await AssertFailsAsync(connection, "refuse later", RpcStatus.PermissionDenied, "Not you.");
        await AssertFailsAsync(connection, "throw", RpcStatus.Internal, "The method failed.");
        await AssertFailsAsync(connection, "throw later", RpcStatus.Internal, "The method failed.");
        await AssertFailsAsync(connection, "no such method", RpcStatus.Unimplemented, "There is no method no such method.");
        await AssertFailsAsync(connection, "unwritable", RpcStatus.Internal, "The answer could not be written.");

        // And the connection lives on.
        Assert.Equal(3, await new PlainCalculator(connection).AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_is_invalid()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(
            () => connection.CallAsync<Note, Number>(CalculatorMethods.Add, new Note("x"), new Garbage()).InTime());
        Assert.Equal(RpcStatus.InvalidArgument, failure.Status);
    }

    [Fact]
    public async Task A_stream_that_fails_says_so_after_its_items()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        List<long> items = [];
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(async () =>
        {
            await foreach (Number item in connection.StreamAsync<Number, Number>("break", new Number(3), s_json))
            {
                items.Add(item.Value);
            }
        });
        Assert.Equal((RpcStatus.Aborted, "Broken."), (failure.Status, failure.Message));
        Assert.Equal([0, 1, 2], items);
    }

    [Fact]
    public async Task A_request_that_is_already_late_is_not_started()
    {
        (_, NetAddress address) = await StartAsync("per connection");
        await using PlainRpcConnection connection = await PlainRpcConnection.ConnectAsync(address);
        Task<Number> blocking = connection.CallAsync<Number, Number>("block", new Number(1), s_json);
        Assert.Equal("blocked", await _events.NextAsync());
        TimeSpan time = TimeSpan.FromMilliseconds(20);
        Task<Number> late = connection.CallAsync<Number, Number>("record", new Number(2), s_json, time);

        // The loops have taken in what was there before once they have served others twice; then the time passes.
        foreach (int _ in Enumerable.Range(0, 4))
        {
            await using PlainRpcConnection other = await PlainRpcConnection.ConnectAsync(address);
            await new PlainCalculator(other).AddAsync(1, 1).InTime();
            await new PlainCalculator(other).AddAsync(1, 1).InTime();
        }

        await Task.Delay(time * 2);
        _gate.Open();

        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(() => late.InTime());
        Assert.Equal((RpcStatus.DeadlineExceeded, "The time of the call was over before it was started."), (failure.Status, failure.Message));
        await blocking.InTime();
        Assert.Equal(5, (await connection.CallAsync<Number, Number>("record", new Number(5), s_json).InTime()).Value);
        Assert.Equal("recorded 5", await _events.NextAsync());
    }

    [Fact]
    public async Task A_call_that_runs_longer_than_its_time_is_cancelled()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(
            () => connection.CallAsync<Number, Number>("wait", new Number(1), s_json, TimeSpan.FromMilliseconds(30)).InTime());
        Assert.Equal(RpcStatus.DeadlineExceeded, failure.Status);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_caller_cancels_its_call_and_no_other(string handlers)
    {
        await using PlainRpcConnection connection = await ServeAsync(handlers);
        using CancellationTokenSource enough = new();
        Task<Number> cancelled = connection.CallAsync<Number, Number>("wait", new Number(1), s_json, cancellationToken: enough.Token);
        Task<Number> other = connection.CallAsync<Number, Number>("hold", new Number(2), s_json);
        Assert.Equal("waiting", await _events.NextAsync());
        await Eventually.Holds(() => _held.Count == 1, "the other call was held");

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        Assert.Equal("cancelled", await _events.NextAsync());
        _held[2].SetResult(new Number(3));
        Assert.Equal(3, (await other.InTime()).Value);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task The_end_of_the_connection_cancels_its_calls(string handlers)
    {
        (_, NetAddress address) = await StartAsync(handlers);
        PlainRpcConnection connection = await PlainRpcConnection.ConnectAsync(address);
        Task<Number> call = connection.CallAsync<Number, Number>("wait", new Number(1), s_json);
        Assert.Equal("waiting", await _events.NextAsync());
        Recorder<ConnectionClosed> closes = RecordCloses();
        using RawClient raw = RawClient.Connect(address);
        raw.Send(Frame(message => RpcWriter.WriteRequest(message, 1, "wait"u8), """{"value":1}"""u8));
        Assert.Equal("waiting", await _events.NextAsync());

        raw.Reset();

        Assert.Equal("cancelled", await _events.NextAsync());
        Assert.False(call.IsCompleted);
        await closes.NextAsync();
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => call.InTime());
    }

    [Fact]
    public async Task An_endless_stream_ends_when_its_caller_leaves_it()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        await foreach (Number item in connection.StreamAsync<Number, Number>("endless", new Number(0), s_json))
        {
            if (item.Value == 10)
            {
                break;
            }
        }

        Assert.Equal("stream ended", await _events.NextAsync());
    }

    [Fact]
    public async Task An_endless_stream_ends_when_its_connection_does()
    {
        (_, NetAddress address) = await StartAsync("per connection");
        Recorder<ConnectionClosed> closes = RecordCloses();
        PlainRpcConnection connection = await PlainRpcConnection.ConnectAsync(address);
        await using (IAsyncEnumerator<Number> items = connection.StreamAsync<Number, Number>("endless", new Number(0), s_json).GetAsyncEnumerator())
        {
            Assert.True(await items.MoveNextAsync().InTime());
            await connection.DisposeAsync();
        }

        Assert.Equal("stream ended", await _events.NextAsync());
        await closes.NextAsync();
    }

    [Fact]
    public async Task A_stream_waits_for_a_caller_that_does_not_read()
    {
        const int Items = 400;
        (_, NetAddress address) = await StartAsync("per connection", new ListenerOptions { OutputHighWaterBytes = 64 * 1024 });
        using RawClient slow = RawClient.Connect(address);
        slow.Send(Frame(message => RpcWriter.WriteRequest(message, 1, "big"u8), """{"value":400}"""u8));

        // It stands still: 100 MB are far more than all buffers on the way hold.
        int seen = -1;
        while (seen != Volatile.Read(ref _produced))
        {
            seen = Volatile.Read(ref _produced);
            await Task.Delay(300);
        }

        Assert.True(seen < Items, $"{seen} items were made for a caller that reads none");
        for (int i = 0; i < Items; i++)
        {
            byte[] frame = slow.ReceiveFrame();
            Assert.Equal(RpcDefect.None, RpcCodec.Client.TryRead(new(frame), out RpcMessage item));
            Assert.Equal(RpcKind.StreamItem, item.Kind);
            Assert.StartsWith($$"""{"text":"{{i}} """, item.ReadText(), StringComparison.Ordinal);
        }

        RpcCodec.Client.TryRead(new(slow.ReceiveFrame()), out RpcMessage end);
        Assert.Equal(RpcKind.StreamEnd, end.Kind);
    }

    [Fact]
    public async Task Calls_without_an_answer_get_none_whatever_happens()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        foreach (string method in (string[])["throw", "refuse", "no such method", "endless", "record"])
        {
            await connection.TellAsync(method, new Number(1), s_json);
        }

        Assert.Equal("recorded 1", await _events.NextAsync());
        Assert.Equal(5, await new PlainCalculator(connection).AddAsync(2, 3).InTime());
    }

    [Fact]
    public async Task A_method_may_be_an_actor_or_a_router()
    {
        await using PlainRpcConnection connection = await ServeAsync();
        PlainCalculator calculator = new(connection);
        Assert.Equal(5, await calculator.TotalAsync(5).InTime());
        Assert.Equal(12, await calculator.TotalAsync(7).InTime());
        await AssertFailsAsync(connection, "ask who fails", RpcStatus.ResourceExhausted, "Full.");
        RpcStatusException late = await Assert.ThrowsAsync<RpcStatusException>(
            () => connection.CallAsync<Number, Number>("ask nobody", new Number(1), s_json, TimeSpan.FromMilliseconds(30)).InTime());
        Assert.Equal(RpcStatus.DeadlineExceeded, late.Status);

        string[] routees = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await connection.CallAsync<Number, Note>("ask router", new Number(1), s_json)).Text)).InTime()];
        Assert.Equal(2, routees.Distinct().Count());
    }

    [Fact]
    public async Task What_is_no_message_ends_the_connection_with_a_protocol_error()
    {
        (_, NetAddress address) = await StartAsync("per connection");
        Recorder<ConnectionClosed> closes = RecordCloses();
        (byte[] Bytes, string Says)[] cases =
        [
            (RawClient.Frame(new byte[20]), "version"),
            (RawClient.Frame(new byte[3]), "3 bytes"),
            (Frame(message => RpcWriter.WriteResponse(message, 1), []), "Kind"),
            (Frame(message => RpcWriter.WriteCancel(message, 1), "x"u8), "Payload"),
        ];
        foreach ((byte[] bytes, string says) in cases)
        {
            using RawClient client = RawClient.Connect(address);
            client.Send(bytes);
            client.ReceiveEnd();
            ConnectionClosed closed = await closes.NextAsync();
            Assert.Equal(CloseReason.ProtocolError, closed.Reason);
            Assert.Contains(says, closed.Error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_service_refuses_a_name_twice_and_a_type_that_nobody_knows()
    {
        RpcServiceBuilder builder = new(s_json);
        builder.Unary<Number, Number>("a", (number, _) => new(number));
        Assert.Throws<ArgumentException>(() => builder.OneWay<Number>("a", (_, _) => ValueTask.CompletedTask));
        Assert.ThrowsAny<ArgumentException>(() => builder.OneWay<Number>("", (_, _) => ValueTask.CompletedTask));
        Assert.Throws<ArgumentException>(() => builder.OneWay<Number>(new string('ä', 128), (_, _) => ValueTask.CompletedTask));
        Assert.Throws<NotSupportedException>(() => builder.Unary<Guid, Number>("b", (_, _) => default));
        Assert.Equal(["a"], builder.Build().Methods);
    }

    private static byte[] Frame(Action<ArrayBufferWriter<byte>> write, ReadOnlySpan<byte> payload)
    {
        ArrayBufferWriter<byte> message = new();
        write(message);
        message.Write(payload);
        return RawClient.Frame(message.WrittenSpan);
    }

    private static async Task AssertFailsAsync(PlainRpcConnection connection, string method, RpcStatus status, string message)
    {
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(
            () => connection.CallAsync<Number, Number>(method, new Number(1), s_json).InTime());
        Assert.Equal((status, message), (failure.Status, failure.Message));
    }

    private async Task<PlainRpcConnection> ServeAsync(string handlers = "per connection")
    {
        (_, NetAddress address) = await StartAsync(handlers);
        return await PlainRpcConnection.ConnectAsync(address);
    }

    private async Task<(IActorRef Listener, NetAddress Address)> StartAsync(string handlers, ListenerOptions? options = null)
    {
        RpcService service = Service();
        Props handler = RpcServer.Handler(service);
        HandlerSource? source = handlers switch
        {
            "serial" => HandlerSource.PerConnection(handler, HandlerScheduling.Serial),
            "shared pool" => HandlerSource.SharedPool(handler, 2),
            "one for all" => HandlerSource.Shared(Sys.ActorOf(handler)),
            "router" => HandlerSource.Shared(Sys.ActorOf(handler.WithRouter(new RoundRobinPool(3)))),
            _ => null,
        };
        IActorRef listener = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service, source, options));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        return (listener, bound.Address);
    }

    private RpcService Service() => Common(new RpcServiceBuilder(s_json))
        .Unary<Number, Number>("hold", (number, _) => new(_held.GetOrAdd(number.Value, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task))
        .Unary<Number, Number>("block", (number, _) =>
        {
            _events.Add("blocked");
            _gate.Wait();
            return new(number);
        })
        .Unary<Number, Number>("record", (number, _) =>
        {
            _events.Add($"recorded {number.Value.ToString(CultureInfo.InvariantCulture)}");
            return new(number);
        })
        .Unary<Number, Number>("wait", WaitAsync)
        .Unary<Number, Number>("refuse", (_, _) => throw new RpcStatusException(RpcStatus.NotFound, "Nobody here."))
        .Unary<Number, Number>("refuse later", async (_, _) =>
        {
            await Task.Yield();
            throw new RpcStatusException(RpcStatus.PermissionDenied, "Not you.");
        })
        .Unary<Number, Number>("throw", (_, _) => throw new InvalidOperationException("a secret"))
        .Unary<Number, Number>("throw later", async (_, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("a secret");
        })
        .Unary<Number, Number>("unwritable", (number, _) => new(number), new HalfWay())
        .Stream<Number, Number>("break", (number, _) => BreakAsync(number))
        .Stream<Number, Number>("endless", (_, _) => EndlessAsync())
        .Stream<Number, Note>("big", (number, _) => BigAsync(number))
        .Ask<Number, Number>("ask who fails", Sys.ActorOf(Props.Create<Refuser>()))
        .Ask<Number, Number>("ask nobody", Sys.ActorOf(Props.Create<Silent>()))
        .Ask<Number, Note>("ask router", Sys.ActorOf(Props.Create<Namer>().WithRouter(new RoundRobinPool(2))))
        .Build();

    // The sample's methods, with one of them told to the test.
    private RpcServiceBuilder Common(RpcServiceBuilder builder) => builder
        .Unary<Operands, Number>(CalculatorMethods.Add, (operands, _) => new(new Number(operands.Left + operands.Right)))
        .Stream<CountRequest, Number>(CalculatorMethods.Count, (request, _) => CountAsync(request))
        .OneWay<Note>(CalculatorMethods.Note, (note, _) =>
        {
            _events.Add("noted " + note.Text);
            return ValueTask.CompletedTask;
        })
        .Ask<Number, Number>(CalculatorMethods.Total, Sys.ActorOf(Props.Create<TotalActor>()))
        .Unary<Google.Protobuf.WellKnownTypes.StringValue, Google.Protobuf.WellKnownTypes.Int64Value>(
            CalculatorMethods.Length, (text, _) => new(new Google.Protobuf.WellKnownTypes.Int64Value { Value = text.Value.Length }), CalculatorMethods.Protobuf);

    private async ValueTask<Number> WaitAsync(Number number, RpcCall call)
    {
        // Asked for only after the method has gone on elsewhere, as a late look must see an early cancellation too.
        await Task.Yield();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = call.CancellationToken.Register(cancelled.SetResult);
        _events.Add("waiting");
        await cancelled.Task;
        _events.Add("cancelled");
        call.CancellationToken.ThrowIfCancellationRequested();
        return number;
    }

    private static async IAsyncEnumerable<Number> CountAsync(CountRequest request)
    {
        for (long number = request.First; number <= request.Last; number++)
        {
            yield return new Number(number);
            if (number % 3 == 0)
            {
                await Task.Yield();
            }
        }
    }

    private static async IAsyncEnumerable<Number> BreakAsync(Number count)
    {
        for (long number = 0; number < count.Value; number++)
        {
            await Task.Yield();
            yield return new Number(number);
        }

        throw new RpcStatusException(RpcStatus.Aborted, "Broken.");
    }

    // Never looks at the token.
    private async IAsyncEnumerable<Number> EndlessAsync()
    {
        try
        {
            for (long number = 0; ; number++)
            {
                await Task.Yield();
                yield return new Number(number);
            }
        }
        finally
        {
            _events.Add("stream ended");
        }
    }

    private async IAsyncEnumerable<Note> BigAsync(Number count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string body = new('x', 256 * 1024);
        for (int i = 0; i < count.Value; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _produced);
            yield return new Note($"{i} {body}");
        }
    }

    private sealed class Refuser : ReceiveActor
    {
        public Refuser() => ReceiveAny(_ => Sender.Tell(new Status.Failure(new RpcStatusException(RpcStatus.ResourceExhausted, "Full."))));
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }

    private sealed class Namer : ReceiveActor
    {
        public Namer() => ReceiveAny(_ => Sender.Tell(new Note(Self.Path.Name)));
    }

    /// <summary>Writes what JSON is not.</summary>
    private sealed class Garbage : IRpcSerializer
    {
        public IRpcFormatter<T> For<T>() => new Formatter<T>();

        private sealed class Formatter<T> : IRpcFormatter<T>
        {
            public void Write(T value, IBufferWriter<byte> output) => output.Write("{\"left\":"u8);

            public T Read(in ReadOnlySequence<byte> bytes) => throw new NotSupportedException();
        }
    }

    /// <summary>Fails when an answer is half written.</summary>
    private sealed class HalfWay : IRpcSerializer
    {
        public IRpcFormatter<T> For<T>() => new Formatter<T>();

        private sealed class Formatter<T> : IRpcFormatter<T>
        {
            public void Write(T value, IBufferWriter<byte> output)
            {
                output.Write("half"u8);
                throw new InvalidOperationException("a secret");
            }

            public T Read(in ReadOnlySequence<byte> bytes) => s_json.For<T>().Read(bytes);
        }
    }
}
