using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Diagnostics;

/// <summary>A span for each request, which its handler is in wherever it runs.</summary>
public sealed class TracingSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_request_is_a_span_and_its_handler_is_in_it(HandlerScheduling scheduling)
    {
        ConcurrentQueue<Activity?> current = new();
        Script script = new()
        {
            OnRequest = request =>
            {
                current.Enqueue(Activity.Current);
                request.Reply(request.Payload);
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        using Spans spans = new(address);
        using RawClient client = RawClient.Connect(address);
        for (int i = 0; i < 3; i++)
        {
            client.SendFrame("abc"u8);
            client.ReceiveFrame();
        }

        await Eventually.Holds(() => spans.Stopped.Count == 3, "each request has become a span");
        Assert.Equal(spans.Stopped.Select(span => span.Id).Order(), current.Select(span => span!.Id).Order());
        Assert.All(spans.Stopped, span =>
        {
            Assert.Equal("netpoll.request", span.OperationName);
            Assert.Equal(ActivityKind.Server, span.Kind);
            Assert.Equal(ActivityStatusCode.Unset, span.Status);
            Assert.Equal("tcp", span.GetTagItem("network.transport"));
            Assert.Equal(3L, span.GetTagItem("netpoll.request.size"));
            Assert.Null(span.Parent);
        });
    }

    [Fact]
    public async Task A_request_that_fails_is_a_span_with_the_error()
    {
        Script script = new() { OnRequest = _ => throw new InvalidOperationException("on purpose") };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        using Spans spans = new(address);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame("abc"u8);
        client.ReceiveEnd();

        await Eventually.Holds(() => spans.Stopped.Count == 1, "the request has become a span");
        Activity span = spans.Stopped.Single();
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task After_the_handlers_call_its_thread_is_in_no_span()
    {
        ConcurrentQueue<Activity?> current = new();
        Script script = new() { OnMessage = (_, _) => current.Enqueue(Activity.Current) };
        IActorRef handler = Sys.ActorOf(script.Props);
        (_, NetAddress address) = await ListenAsync(HandlerSource.Shared(handler));
        using Spans spans = new(address);
        using RawClient client = RawClient.Connect(address);
        client.SendFrame("abc"u8);
        client.ReceiveFrame();
        handler.Tell("and now?", ActorRefs.NoSender);

        await Eventually.Holds(() => !current.IsEmpty, "the handler has heard the question");
        Assert.Null(current.Single());
    }

    [Fact]
    public async Task A_call_is_a_span_under_its_callers()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(new Script { OnRequest = request => request.Reply(request.Payload) }.Props));
        using Spans spans = new(address, "network.peer.address");
        await using RpcChannel channel = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        using Activity caller = new Activity("caller").Start();
        (await channel.CallAsync("abc"u8).InTime()).Dispose();

        Assert.Same(caller, Activity.Current);
        Activity span = spans.Stopped.Single();
        Assert.Equal(("netpoll.call", ActivityKind.Client, ActivityStatusCode.Unset), (span.OperationName, span.Kind, span.Status));
        Assert.Equal(caller.SpanId, span.ParentSpanId);
        Assert.Equal("tcp", span.GetTagItem("network.transport"));
        Assert.Equal(3L, span.GetTagItem("netpoll.request.size"));
    }

    [Fact]
    public async Task A_call_that_fails_is_a_span_with_the_error()
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(new Script { OnRequest = _ => throw new InvalidOperationException("on purpose") }.Props));
        using Spans spans = new(address, "network.peer.address");
        await using RpcChannel channel = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        await Assert.ThrowsAsync<RpcConnectionException>(async () => await channel.CallAsync("abc"u8).InTime());

        Activity failed = spans.Stopped.Single();
        Assert.Equal((ActivityStatusCode.Error, typeof(RpcConnectionException).FullName), (failed.Status, failed.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_a_span_with_the_error()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Script silent = new() { OnRequest = _ => arrived.SetResult() };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(silent.Props));
        using Spans spans = new(address, "network.peer.address");
        await using RpcChannel channel = Sys.Netpoll().Rpc(address, Codecs.LengthField());
        using CancellationTokenSource enough = new();
        Task<Response> call = channel.CallAsync("abc"u8, timeout: null, enough.Token).AsTask();
        await arrived.Task.InTime();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());

        Assert.Equal("System.OperationCanceledException", spans.Stopped.Single().GetTagItem("error.type"));
    }

    /// <summary>The spans of one listener's requests, or of the calls to it.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;

        public Spans(NetAddress address, string tag = "network.local.address")
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == NetpollDiagnostics.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = span =>
                {
                    if (Equals(span.GetTagItem(tag), address.ToString()))
                    {
                        Stopped.Enqueue(span);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Stopped { get; } = new();

        public void Dispose() => _listener.Dispose();
    }
}
