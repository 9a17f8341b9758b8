using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>Which failures that a server tells make a call again, and which never do.</summary>
public sealed class RpcRetrySpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly RpcClientOptions s_retrying = new()
    {
        Retry = new RetryPolicy { MaxTries = 3, Delay = new BackOff { First = TimeSpan.FromMilliseconds(1) } },
    };

    private int _tries;

    [Theory]
    [InlineData(RpcStatus.Unavailable, true, false)]
    [InlineData(RpcStatus.ResourceExhausted, true, false)]
    [InlineData(RpcStatus.Unavailable, true, true)]
    [InlineData(RpcStatus.Unavailable, false, true)]
    public async Task A_call_that_the_server_has_not_begun_or_that_is_idempotent_is_made_again(RpcStatus status, bool isNotStarted, bool isIdempotent)
    {
        using ScriptedRpcServer server = FailingTwice(status, isNotStarted);
        await using RpcServiceClient client = Connect(server, s_retrying);
        Assert.Equal("x", await client.Unary<string, string>("m").CallAsync("x", new RpcCallOptions(IsIdempotent: isIdempotent)).InTime());
        Assert.Equal(3, _tries);
        RpcStats stats = client.GetStats();
        Assert.Equal((2L, 1L, 0), (stats.Retries, stats.Connects, stats.InFlight));
    }

    [Theory]
    [InlineData(RpcStatus.Unavailable, false)]
    [InlineData(RpcStatus.Internal, true)]
    [InlineData(RpcStatus.Aborted, true)]
    public async Task Any_other_failure_is_the_callers_at_once(RpcStatus status, bool isIdempotent)
    {
        using ScriptedRpcServer server = FailingTwice(status, isNotStarted: false);
        await using RpcServiceClient client = Connect(server, s_retrying);
        await AssertFailsAsync(client, status, new RpcCallOptions(IsIdempotent: isIdempotent));
        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task Without_a_policy_no_call_is_made_again_and_the_caller_is_told_that_it_was_not_begun()
    {
        using ScriptedRpcServer server = FailingTwice(RpcStatus.Unavailable, isNotStarted: true);
        await using RpcServiceClient client = Connect(server, RpcClientOptions.Default);
        RpcStatusException failure = await AssertFailsAsync(client, RpcStatus.Unavailable, new RpcCallOptions(IsIdempotent: true));
        Assert.True(failure.IsNotStarted);
        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task The_last_try_tells_its_failure()
    {
        using ScriptedRpcServer server = new(got => got.Fail(RpcStatus.Unavailable, $"No {Interlocked.Increment(ref _tries)}.", isNotStarted: true));
        await using RpcServiceClient client = Connect(server, s_retrying);
        RpcStatusException failure = await AssertFailsAsync(client, RpcStatus.Unavailable, default);
        Assert.Equal("No 3.", failure.Message);
    }

    [Fact]
    public async Task A_stream_is_made_again_before_its_first_item_and_not_after_it()
    {
        using ScriptedRpcServer server = new(got =>
        {
            if (Interlocked.Increment(ref _tries) == 2)
            {
                got.Item("1");
            }

            got.Fail(RpcStatus.Unavailable, "No.", isNotStarted: true);
        });
        await using RpcServiceClient client = Connect(server, s_retrying);
        List<string> items = [];
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(async () =>
        {
            await foreach (string item in client.Stream<string, string>("s").CallAsync("x", new RpcCallOptions(IsIdempotent: true)))
            {
                items.Add(item);
            }
        });
        Assert.Equal(RpcStatus.Unavailable, failure.Status);
        Assert.Equal(["1"], items);
        Assert.Equal(2, _tries);
    }

    [Fact]
    public async Task A_server_that_answers_that_it_cannot_is_alive()
    {
        using ScriptedRpcServer server = new(got =>
        {
            if (got.Method == "m" && Interlocked.Increment(ref _tries) == 2)
            {
                got.Fail(RpcStatus.Unavailable, "No.", isNotStarted: true);
            }
            else if (got.Method == "m")
            {
                got.Answer(got.Text);
            }
        });
        await using RpcServiceClient client = Connect(server, s_retrying with
        {
            Circuit = new CircuitPolicy { TimeoutsToOpen = 1, OpenFor = new BackOff { First = TimeSpan.FromMilliseconds(1) } },
        });
        RpcUnary<string, string> method = client.Unary<string, string>("m");
        Assert.Equal("connected", await method.CallAsync("connected").InTime());
        RpcStatusException late = await Assert.ThrowsAsync<RpcStatusException>(
            () => client.Unary<string, string>("never").CallAsync("x", TimeSpan.FromMilliseconds(20)).InTime());
        Assert.Equal(RpcStatus.DeadlineExceeded, late.Status);

        // The one call that shows whether it lives: it may have to wait until the circuit lets one through.
        Assert.Equal("probe", await CallUntilTakenAsync(method, "probe").InTime());
        Assert.Equal("next", await method.CallAsync("next").InTime());
    }

    private static async Task<string> CallUntilTakenAsync(RpcUnary<string, string> method, string text)
    {
        while (true)
        {
            try
            {
                return await method.CallAsync(text);
            }
            catch (RpcRefusedException)
            {
                await Task.Delay(1);
            }
        }
    }

    private static Task<RpcStatusException> AssertFailsAsync(RpcServiceClient client, RpcStatus status, RpcCallOptions options) =>
        Assert.ThrowsAsync<RpcStatusException>(() => client.Unary<string, string>("m").CallAsync("x", options).InTime()).ContinueWith(
            failing =>
            {
                RpcStatusException failure = failing.GetAwaiter().GetResult();
                Assert.Equal(status, failure.Status);
                return failure;
            },
            TaskScheduler.Default);

    private ScriptedRpcServer FailingTwice(RpcStatus status, bool isNotStarted) => new(got =>
    {
        if (Interlocked.Increment(ref _tries) <= 2)
        {
            got.Fail(status, "Not now.", isNotStarted: isNotStarted);
        }
        else
        {
            got.Answer(got.Text);
        }
    });

    private RpcServiceClient Connect(ScriptedRpcServer server, RpcClientOptions options) =>
        Sys.Netpoll().RpcService(server.Address, TextSerializer.Instance, options);
}
