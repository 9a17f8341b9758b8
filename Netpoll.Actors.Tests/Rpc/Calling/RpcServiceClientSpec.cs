using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>What a typed client sends, and what becomes of what it gets.</summary>
public sealed class RpcServiceClientSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Fact]
    public async Task A_call_says_its_id_its_method_its_time_and_its_metadata()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        RpcUnary<string, string> method = client.Unary<string, string>("a/b");

        Task<string> first = method.CallAsync("one", new RpcCallOptions(TimeSpan.FromMinutes(1), new RpcMetadata { { "tenant", "t" } })).AsTask();
        ScriptedRpcServer.Got got = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Request, 1UL, "a/b", "one", "t"), (got.Kind, got.Id, got.Method, got.Text, got.Metadata["tenant"]));
        Assert.InRange(got.TimeoutMillis, 1U, 60_000U);
        got.Answer("1");
        Assert.Equal("1", await first.InTime());

        Task<string> second = method.CallAsync("two").AsTask();
        got = await server.Messages.NextAsync();
        Assert.Equal((2UL, 0U, 0), (got.Id, got.TimeoutMillis, got.Metadata.Count));
        got.Answer("2");
        Assert.Equal("2", await second.InTime());
    }

    [Fact]
    public async Task A_failure_has_its_status_its_message_and_its_metadata()
    {
        using ScriptedRpcServer server = new(got => got.Fail(RpcStatus.NotFound, "Nobody here: é", new RpcMetadata { { "where", "here" } }));
        await using RpcServiceClient client = Connect(server);
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(() => client.Unary<string, string>("m").CallAsync("x").InTime());
        Assert.Equal((RpcStatus.NotFound, "Nobody here: é", "here"), (failure.Status, failure.Message, failure.Metadata["where"]));
        Assert.False(failure.IsNotStarted);
    }

    [Fact]
    public async Task An_answer_brings_its_metadata_to_who_asks_for_it()
    {
        using ScriptedRpcServer server = new(got => got.Answer(got.Text, got.Text == "none" ? null : new RpcMetadata { { "age", "5" }, { "from", "cache" } }));
        await using RpcServiceClient client = Connect(server);
        RpcUnary<string, string> method = client.Unary<string, string>("m");
        RpcAnswer<string> answer = await method.CallWithMetadataAsync("x").InTime();
        Assert.Equal("x", answer.Value);
        Assert.Equal([new("age", "5"), new("from", "cache")], answer.Metadata);
        Assert.Equal("x", await method.CallAsync("x").InTime());
        Assert.Same(RpcMetadata.Empty, (await method.CallWithMetadataAsync("none").InTime()).Metadata);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_is_cancelled_at_the_server_and_its_connection_goes_on()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        RpcUnary<string, string> method = client.Unary<string, string>("m");
        using CancellationTokenSource enough = new();
        Task<string> call = method.CallAsync("x", cancellationToken: enough.Token).AsTask();
        ScriptedRpcServer.Got request = await server.Messages.NextAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        ScriptedRpcServer.Got cancel = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Cancel, request.Id), (cancel.Kind, cancel.Id));
        await AssertGoesOnAsync(server, request, client);
    }

    [Fact]
    public async Task A_call_whose_time_is_over_is_cancelled_at_the_server_and_its_connection_goes_on()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        List<ScriptedRpcServer.Got> sent = [];
        TimeSpan time = TimeSpan.FromMilliseconds(25);
        while (sent.Count == 0)
        {
            // One whose time is over before its turn comes is not sent at all.
            time *= 2;
            RpcStatusException late = await Assert.ThrowsAsync<RpcStatusException>(
                () => client.Unary<string, string>("m").CallAsync("x", time).InTime());
            Assert.Equal(RpcStatus.DeadlineExceeded, late.Status);
            Assert.IsType<TimeoutException>(late.InnerException);
            sent = await server.AllSentByAsync(client);
        }

        Assert.Equal([(RpcKind.Request, sent[0].Id), (RpcKind.Cancel, sent[0].Id)], sent.Select(got => (got.Kind, got.Id)));
        Assert.InRange(sent[0].TimeoutMillis, 1U, (uint)time.TotalMilliseconds);
        await AssertGoesOnAsync(server, sent[0], client);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_one_way_call_ends_when_it_is_sent_and_keeps_no_place(bool isPool)
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(
            server, new RpcClientOptions { MaxPendingCalls = 2, Connections = isPool ? ConnectionPolicy.Pool(1) : ConnectionPolicy.Mux() });
        RpcOneWay<string> method = client.OneWay<string>("note");
        for (int i = 0; i < 10; i++)
        {
            await method.SendAsync($"{i}", TimeSpan.FromMinutes(1)).AsTask().InTime();
        }

        List<ScriptedRpcServer.Got> all = await server.Messages.NextAsync(10);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), all.Select(got => got.Text));
        Assert.All(all, got => Assert.Equal((RpcKind.OneWay, 0UL, "note"), (got.Kind, got.Id, got.Method)));
        Assert.All(all, got => Assert.NotEqual(0U, got.TimeoutMillis));
        await Eventually.Holds(() => client.GetStats().InFlight == 0, "no place was kept");
    }

    [Fact]
    public async Task A_one_way_call_that_finds_no_connection_fails()
    {
        ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        server.Dispose();
        await Assert.ThrowsAsync<RpcConnectionException>(async () =>
        {
            while (true)
            {
                await client.OneWay<string>("note").SendAsync("x").AsTask().InTime();
            }
        });
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_fails_its_call_alone()
    {
        using ScriptedRpcServer server = new(got => got.Answer(got.Text));
        await using RpcServiceClient client = Connect(server);
        RpcUnary<string, string> method = client.Unary<string, string>("echo");
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => method.CallAsync("spoilt").InTime());
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Equal("fine", await method.CallAsync("fine").InTime());
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task A_value_where_a_stream_was_expected_and_the_other_way_round_are_failures()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        RpcUnary<string, string> unary = client.Unary<string, string>("m");

        Task<string> itemised = unary.CallAsync("x").AsTask();
        ScriptedRpcServer.Got request = await server.Messages.NextAsync();
        request.Item("1");
        await Assert.ThrowsAsync<RpcException>(() => itemised.InTime());
        ScriptedRpcServer.Got cancel = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Cancel, request.Id), (cancel.Kind, cancel.Id));

        Task<string> ended = unary.CallAsync("x").AsTask();
        (await server.Messages.NextAsync()).End();
        await Assert.ThrowsAsync<RpcException>(() => ended.InTime());

        await using IAsyncEnumerator<string> stream = client.Stream<string, string>("s").CallAsync("x").GetAsyncEnumerator();
        Task<bool> first = stream.MoveNextAsync().AsTask();
        (await server.Messages.NextAsync()).Answer("1");
        await Assert.ThrowsAsync<RpcException>(() => first.InTime());
    }

    [Fact]
    public async Task What_no_server_may_send_ends_the_connection()
    {
        using ScriptedRpcServer server = new(got => got.From.Send([1, 1, 0, 1]));
        await using RpcServiceClient client = Connect(server);
        RpcConnectionException failure = await Assert.ThrowsAsync<RpcConnectionException>(
            () => client.Unary<string, string>("m").CallAsync("x").InTime());
        Assert.Equal(Messages.CloseReason.ProtocolError, failure.Reason);
    }

    [Fact]
    public async Task Names_types_and_metadata_that_cannot_be_sent_are_refused_before_they_are()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        Assert.Throws<ArgumentException>(() => client.Unary<string, string>(""));
        Assert.Throws<ArgumentException>(() => client.OneWay<string>(new string('ä', 128)));
        Assert.Throws<NotSupportedException>(() => client.Stream<string, Guid>("m"));
        RpcMetadata large = new() { { "a", new string('x', 40_000) }, { "b", new string('x', 40_000) } };
        await Assert.ThrowsAsync<ArgumentException>(() => client.Unary<string, string>("m").CallAsync("x", new RpcCallOptions(Metadata: large)).InTime());
    }

    private static async Task AssertGoesOnAsync(ScriptedRpcServer server, ScriptedRpcServer.Got request, RpcServiceClient client)
    {
        // The server's last word on it comes late, and harms nobody.
        request.Fail(RpcStatus.Cancelled, "The call was cancelled.");
        Task<string> next = client.Unary<string, string>("m").CallAsync("next").AsTask();
        (await server.Messages.NextAsync()).Answer("answer");
        Assert.Equal("answer", await next.InTime());
        RpcStats stats = client.GetStats();
        Assert.Equal((1L, 1L, 0), (stats.Connects, stats.LateAnswers, stats.InFlight));
    }

    private RpcServiceClient Connect(ScriptedRpcServer server, RpcClientOptions? options = null) =>
        Sys.Netpoll().RpcService(server.Address, TextSerializer.Instance, options);
}
