using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Actors.Tests.Rpc.Serving;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>The client and the server of the protocol together.</summary>
public sealed class RpcBothSidesSpec(ITestOutputHelper output) : NetpollSpec(output, "akka.loglevel = OFF")
{
    private readonly Recorder<string> _events = new();
    private readonly Gate _gate = new();
    private Activity? _served;
    private NetAddress _address = null!;
    private int _made;

    [Fact]
    public async Task A_request_that_is_late_when_its_turn_comes_is_not_started()
    {
        await using RpcServiceClient client = await ServeAsync();
        RpcUnary<string, string> record = client.Unary<string, string>("record");
        Task<string> blocking = client.Unary<string, string>("block").CallAsync("x").AsTask();
        Assert.Equal("blocked", await _events.NextAsync());
        TimeSpan time = TimeSpan.FromMilliseconds(30);
        RpcStatusException late = await Assert.ThrowsAsync<RpcStatusException>(() => record.CallAsync("late", time).InTime());
        Assert.Equal(RpcStatus.DeadlineExceeded, late.Status);

        // The server's clock starts when the request comes: the loops have taken it in once they have served others. Then the time passes.
        foreach (int _ in Enumerable.Range(0, 4))
        {
            await using PlainRpcConnection other = await PlainRpcConnection.ConnectAsync(_address);
            await other.CallAsync<string, string>("echo some time", "x", TextSerializer.Instance).InTime();
            await other.CallAsync<string, string>("echo some time", "x", TextSerializer.Instance).InTime();
        }

        await Task.Delay(time * 2);
        _gate.Open();

        Assert.Equal("x", await blocking.InTime());
        Assert.Equal("in time", await record.CallAsync("in time").InTime());
        Assert.Equal("recorded in time", await _events.NextAsync());
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task A_call_that_is_given_up_ends_at_the_server()
    {
        await using RpcServiceClient client = await ServeAsync();
        using CancellationTokenSource enough = new();
        Task<string> call = client.Unary<string, string>("wait").CallAsync("x", cancellationToken: enough.Token).AsTask();
        Assert.Equal("waiting", await _events.NextAsync());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.Equal("cancelled", await _events.NextAsync());

        await foreach (string item in client.Stream<string, string>("count").CallAsync("1000000000"))
        {
            if (item == "3")
            {
                break;
            }
        }

        Assert.Equal("left", await _events.NextAsync());
    }

    [Fact]
    public async Task A_trace_goes_from_the_caller_through_the_call_into_the_method()
    {
        ConcurrentQueue<Activity> stopped = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Netpoll.Actors" or nameof(RpcBothSidesSpec),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using ActivitySource callers = new(nameof(RpcBothSidesSpec));
        await using RpcServiceClient client = await ServeAsync();
        using Activity caller = callers.StartActivity("caller")!;

        await client.Unary<string, string>("record").CallAsync("x").InTime();

        Assert.Same(caller, Activity.Current);
        Activity call = Assert.Single(stopped, activity => activity.TraceId == caller.TraceId && activity.Kind == ActivityKind.Client);
        Assert.Equal((caller.SpanId, "record", "Ok"), (call.ParentSpanId, call.DisplayName, call.GetTagItem("rpc.response.status_code")));
        Assert.Equal(call.SpanId, _served!.ParentSpanId);

        stopped.Clear();
        await Assert.ThrowsAsync<RpcStatusException>(() => client.Unary<string, string>("nothing").CallAsync("x").InTime());
        Activity failed = Assert.Single(stopped, activity => activity.TraceId == caller.TraceId && activity.Kind == ActivityKind.Client);
        Assert.Equal((ActivityStatusCode.Error, "Unimplemented"), (failed.Status, failed.GetTagItem("error.type")));
    }

    [Fact]
    public async Task What_a_method_puts_beside_its_answer_arrives()
    {
        await using RpcServiceClient client = await ServeAsync();
        RpcUnary<string, string> annotate = client.Unary<string, string>("annotate");
        Assert.Equal("seen", (await annotate.CallWithMetadataAsync("x").InTime()).Metadata["x"]);
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(() => annotate.CallAsync("fail").InTime());
        Assert.Equal(("seen", true), (failure.Metadata["fail"], failure.IsNotStarted));

        // More than a caller need take is the method's mistake, and costs the call alone.
        RpcStatusException tooMuch = await Assert.ThrowsAsync<RpcStatusException>(() => annotate.CallAsync("too much").InTime());
        Assert.Equal(RpcStatus.Internal, tooMuch.Status);

        RpcMetadata? end = null;
        await foreach (string _ in client.Stream<string, string>("count with end").CallAsync("3", new RpcCallOptions(OnStreamEnd: metadata => end = metadata)))
        {
        }

        Assert.Equal("3", end!["items"]);
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_holds_up_its_method_and_nothing_else()
    {
        const int Window = 16 * 1024;
        await using RpcServiceClient client = await ServeAsync(new RpcClientOptions { MaxUnreadBytes = Window });
        await using IAsyncEnumerator<string> slow = client.Stream<string, string>("tally").CallAsync("20000").GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync().InTime());

        // It comes to stand still at the window, and all others go on over the same connection. An item is a head of 20 bytes and 1 to 3 digits.
        await Eventually.Holds(() => Volatile.Read(ref _made) >= Window / 23, "the window was full");
        RpcUnary<string, string> record = client.Unary<string, string>("record");
        RpcStream<string, string> count = client.Stream<string, string>("count");
        for (int round = 0; round < 20; round++)
        {
            Assert.Equal("x", await record.CallAsync("x").InTime());
            int items = 0;
            await foreach (string item in count.CallAsync("2000"))
            {
                Assert.Equal($"{++items}", item);
            }

            Assert.Equal(2000, items);
        }

        Assert.InRange(Volatile.Read(ref _made), 1, (Window / 21) + 1);
        int next = 1;
        do
        {
            Assert.Equal($"{next++}", slow.Current);
        }
        while (await slow.MoveNextAsync().InTime());
        Assert.Equal(20_001, next);
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task Every_call_gets_its_own_answer_whatever_the_order()
    {
        const int Callers = 50;
        const int CallsOfEach = 100;
        await using RpcServiceClient client = await ServeAsync(new RpcClientOptions { Connections = ConnectionPolicy.Mux(3) });
        RpcUnary<string, string> echo = client.Unary<string, string>("echo some time");
        RpcStream<string, string> count = client.Stream<string, string>("count");
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            Random random = new(caller);
            for (int i = 0; i < CallsOfEach; i++)
            {
                string text = $"{caller} {i}";
                using CancellationTokenSource? enough = random.Next(20) == 0 ? new CancellationTokenSource(random.Next(3)) : null;
                try
                {
                    switch (random.Next(4))
                    {
                        case 0:
                            int last = random.Next(20);
                            int next = 1;
                            await foreach (string item in count.CallAsync($"{last}", cancellationToken: enough?.Token ?? default))
                            {
                                Assert.Equal($"{next++}", item);
                            }

                            Assert.Equal(last + 1, next);
                            break;
                        case 1:
                            RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(
                                () => echo.CallAsync("fail " + text, cancellationToken: enough?.Token ?? default).InTime());
                            Assert.Equal((RpcStatus.Aborted, "fail " + text), (failure.Status, failure.Message));
                            break;
                        default:
                            Assert.Equal(text, await echo.CallAsync(text, cancellationToken: enough?.Token ?? default).InTime());
                            break;
                    }
                }
                catch (Exception cancelled) when (enough is not null && cancelled is OperationCanceledException or Xunit.Sdk.ThrowsException)
                {
                    // IGNORED: it was to be.
                    Assert.True(enough!.IsCancellationRequested);
                }
            }
        }))).InTime();
        await Eventually.TrueAsync(() => client.GetStats().InFlight == 0, () => client.GetStats().ToString());
        Assert.Equal(3, client.GetStats().Connects);
    }

    private async Task<RpcServiceClient> ServeAsync(RpcClientOptions? options = null)
    {
        RpcService service = new RpcServiceBuilder(TextSerializer.Instance)
            .Unary<string, string>("block", (text, _) =>
            {
                _events.Add("blocked");
                _gate.Wait();
                return new(text);
            })
            .Unary<string, string>("record", (text, _) =>
            {
                _served = Activity.Current;
                _events.Add("recorded " + text);
                return new(text);
            })
            .Unary<string, string>("wait", WaitAsync)
            .Unary<string, string>("echo some time", async (text, call) =>
            {
                await Task.Delay(Random.Shared.Next(3), call.CancellationToken);
                return text.StartsWith("fail", StringComparison.Ordinal) ? throw new RpcStatusException(RpcStatus.Aborted, text) : text;
            })
            .Unary<string, string>("annotate", (text, call) =>
            {
                call.AnswerMetadata.Add(text == "too much" ? "long" : text, text == "too much" ? new string('x', 10_000) : "seen");
                return text == "fail" ? throw new RpcStatusException(RpcStatus.Unavailable, "No.") { IsNotStarted = true } : new(text);
            })
            .Stream<string, string>("count with end", (text, call) =>
            {
                call.AnswerMetadata.Add("items", text);
                return CountAsync(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
            })
            .Stream<string, string>("tally", (text, _) => TallyAsync(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))
            .Stream<string, string>("count", (text, _) => CountAsync(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))
            .Build();
        IActorRef listener = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service));
        Bound bound = await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
        _address = bound.Address;
        return Sys.Netpoll().RpcService(bound.Address, TextSerializer.Instance, options);
    }

    private async ValueTask<string> WaitAsync(string text, RpcCall call)
    {
        CancellationToken token = call.CancellationToken;
        _events.Add("waiting");
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            _events.Add("cancelled");
        }

        return text;
    }

    private async IAsyncEnumerable<string> TallyAsync(int last)
    {
        await foreach (string item in CountAsync(last))
        {
            Interlocked.Increment(ref _made);
            yield return item;
        }
    }

    private async IAsyncEnumerable<string> CountAsync(int last, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 1; i <= last && !cancellationToken.IsCancellationRequested; i++)
            {
                yield return $"{i}";
                await Task.Yield();
            }
        }
        finally
        {
            _events.Add("left");
        }
    }
}
