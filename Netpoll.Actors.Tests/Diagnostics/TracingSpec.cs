using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Handlers;
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

    /// <summary>The spans of one listener's requests.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;

        public Spans(NetAddress address)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == NetpollDiagnostics.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = span =>
                {
                    if (Equals(span.GetTagItem("network.local.address"), address.ToString()))
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
