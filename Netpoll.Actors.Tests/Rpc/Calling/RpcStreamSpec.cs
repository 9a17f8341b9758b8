using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>Streams from the reader's side: their items, their ends, and readers that are slow or leave.</summary>
public sealed class RpcStreamSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly RpcClientOptions s_pool = new() { Connections = ConnectionPolicy.Pool(1), MaxUnreadBytes = 64 * 1024 };

    private readonly string _kilobyte = new('x', 1024);

    [Fact]
    public async Task Streams_and_calls_of_one_connection_do_not_mix()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        Task<List<string>> first = AllAsync(client, "first");
        ScriptedRpcServer.Got one = await server.Messages.NextAsync();
        Task<List<string>> second = AllAsync(client, "second");
        ScriptedRpcServer.Got two = await server.Messages.NextAsync();
        Task<string> call = client.Unary<string, string>("m").CallAsync("x").AsTask();
        ScriptedRpcServer.Got three = await server.Messages.NextAsync();
        one.Item("1a");
        two.Item("2a");
        one.Item("");
        three.Answer("3");
        one.End();
        two.Item("2b");
        two.End();
        Assert.Equal(["1a", ""], await first.InTime());
        Assert.Equal(["2a", "2b"], await second.InTime());
        Assert.Equal("3", await call.InTime());
        RpcStats stats = client.GetStats();
        Assert.Equal((1L, 0L, 0), (stats.Connects, stats.LateAnswers, stats.InFlight));
    }

    [Fact]
    public async Task A_stream_that_fails_says_so_behind_its_items()
    {
        using ScriptedRpcServer server = new(got =>
        {
            got.Item("1");
            got.Item("2");
            got.Fail(RpcStatus.Aborted, "Broken.");
        });
        await using RpcServiceClient client = Connect(server);
        List<string> items = [];
        RpcStatusException failure = await Assert.ThrowsAsync<RpcStatusException>(() => ReadAsync(client, items).InTime());
        Assert.Equal((RpcStatus.Aborted, "Broken."), (failure.Status, failure.Message));
        Assert.Equal(["1", "2"], items);
    }

    [Fact]
    public async Task A_connection_that_ends_ends_its_streams_behind_their_items()
    {
        using ScriptedRpcServer server = new(got =>
        {
            got.Item("1");
            got.From.Close();
        });
        await using RpcServiceClient client = Connect(server);
        List<string> items = [];
        await Assert.ThrowsAsync<RpcConnectionException>(() => ReadAsync(client, items).InTime());
        Assert.Equal(["1"], items);
    }

    [Fact]
    public async Task Nothing_is_called_before_the_enumeration_begins_and_leaving_it_cancels()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        IAsyncEnumerable<string> stream = client.Stream<string, string>("s").CallAsync("x");
        await client.OneWay<string>("note").SendAsync("first").AsTask().InTime();
        Assert.Equal("note", (await server.Messages.NextAsync()).Method);

        await using (IAsyncEnumerator<string> items = stream.GetAsyncEnumerator())
        {
            Task<bool> next = items.MoveNextAsync().AsTask();
            ScriptedRpcServer.Got request = await server.Messages.NextAsync();
            request.Item("1");
            Assert.True(await next.InTime());
            Assert.Equal("1", items.Current);
        }

        Assert.Equal(RpcKind.Cancel, (await server.Messages.NextAsync()).Kind);
        await Eventually.Holds(() => client.GetStats().InFlight == 0, "its place was free");
    }

    [Fact]
    public async Task A_token_ends_a_stream_that_waits()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        using CancellationTokenSource enough = new();
        IAsyncEnumerable<string> stream = client.Stream<string, string>("s").CallAsync("x", cancellationToken: enough.Token);
        await using IAsyncEnumerator<string> items = stream.GetAsyncEnumerator();
        Task<bool> next = items.MoveNextAsync().AsTask();
        ScriptedRpcServer.Got request = await server.Messages.NextAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.InTime());
        ScriptedRpcServer.Got cancel = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Cancel, request.Id), (cancel.Kind, cancel.Id));
    }

    [Fact]
    public async Task The_end_of_its_time_ends_a_stream_that_waits()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server);
        List<ScriptedRpcServer.Got> sent = [];

        // One whose time is over before its turn comes is not sent at all.
        for (TimeSpan time = TimeSpan.FromMilliseconds(30); sent.Count == 0; time *= 2)
        {
            await using IAsyncEnumerator<string> items = client.Stream<string, string>("s").CallAsync("x", time).GetAsyncEnumerator();
            Assert.Equal(
                RpcStatus.DeadlineExceeded, (await Assert.ThrowsAsync<RpcStatusException>(() => items.MoveNextAsync().AsTask().InTime())).Status);
            sent = await server.AllSentByAsync(client);
        }

        Assert.Equal([(RpcKind.Request, sent[0].Id), (RpcKind.Cancel, sent[0].Id)], sent.Select(got => (got.Kind, got.Id)));
    }

    [Fact]
    public async Task A_server_that_sends_more_than_it_may_loses_its_stream_and_nobody_else_waits()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server, new RpcClientOptions { MaxUnreadBytes = 16 * 1024 });
        await using IAsyncEnumerator<string> items = client.Stream<string, string>("s").CallAsync("x").GetAsyncEnumerator();
        Task<bool> first = items.MoveNextAsync().AsTask();
        ScriptedRpcServer.Got request = await server.Messages.NextAsync();
        Assert.Equal(16 * 1024, request.Window);
        request.Item("first");
        Assert.True(await first.InTime());
        for (int i = 0; i < 64; i++)
        {
            request.Item(_kilobyte);
        }

        ScriptedRpcServer.Got cancel = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Cancel, request.Id), (cancel.Kind, cancel.Id));
        Task<string> other = client.Unary<string, string>("m").CallAsync("x").AsTask();
        (await server.Messages.NextAsync()).Answer("there");
        Assert.Equal("there", await other.InTime());

        // What came before it was too much is there.
        int count = 0;
        await Assert.ThrowsAsync<RpcOverflowException>(async () =>
        {
            while (await items.MoveNextAsync().AsTask().InTime())
            {
                count++;
            }
        });
        Assert.Equal(16, count);
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task A_reader_among_others_grants_more_as_it_reads_and_misses_nothing()
    {
        using ScriptedRpcServer server = new();
        await using RpcServiceClient client = Connect(server, new RpcClientOptions { MaxUnreadBytes = 5_000 });
        await using IAsyncEnumerator<string> items = client.Stream<string, string>("s").CallAsync("x").GetAsyncEnumerator();
        Task<bool> first = items.MoveNextAsync().AsTask();
        ScriptedRpcServer.Got request = await server.Messages.NextAsync();
        Assert.Equal(4096, request.Window);

        // Four items of 1,044 bytes: the last one goes beyond the window.
        foreach (string item in (string[])["a", "b", "c", "d"])
        {
            request.Item(item + _kilobyte);
        }

        Assert.True(await first.InTime());
        Assert.True(await items.MoveNextAsync().InTime());
        ScriptedRpcServer.Got credit = await server.Messages.NextAsync();
        Assert.Equal((RpcKind.Credit, request.Id, 4096UL + (2 * 1045)), (credit.Kind, credit.Id, credit.Credit));
        request.Item("e" + _kilobyte);
        request.Item("f" + _kilobyte);
        request.End();
        List<char> read = [items.Current[0]];
        while (await items.MoveNextAsync().InTime())
        {
            read.Add(items.Current[0]);
        }

        Assert.Equal("bcdef", string.Concat(read));
        Assert.Equal((1L, 0L), (client.GetStats().Connects, client.GetStats().LateAnswers));
    }

    [Fact]
    public async Task An_item_larger_than_the_window_comes_through()
    {
        using ScriptedRpcServer server = new(got =>
        {
            if (got.Kind == RpcKind.Request)
            {
                Assert.Equal(2, got.Window);
                got.Item(_kilobyte);
            }
            else if (got.Kind == RpcKind.Credit)
            {
                got.End();
            }
        });
        await using RpcServiceClient client = Connect(server, new RpcClientOptions { MaxUnreadBytes = 1 });
        List<string> items = [];
        await ReadAsync(client, items).InTime();
        Assert.Equal([_kilobyte], items);
    }

    [Fact]
    public async Task The_end_of_a_stream_brings_its_metadata()
    {
        using ScriptedRpcServer server = new(got =>
        {
            got.Item("1");
            got.End(new RpcMetadata { { "rows", "1" } });
        });
        await using RpcServiceClient client = Connect(server);
        RpcMetadata? end = null;
        await foreach (string item in client.Stream<string, string>("s").CallAsync("x", new RpcCallOptions(OnStreamEnd: metadata => end = metadata)))
        {
            Assert.Equal("1", item);
            Assert.Null(end);
        }

        Assert.Equal("1", end!["rows"]);
    }

    [Fact]
    public async Task A_slow_reader_alone_on_its_connection_holds_the_server_back_and_misses_nothing()
    {
        const int Items = 40_000;
        int sent = 0;
        using ScriptedRpcServer server = new(got =>
        {
            for (int i = 0; i < Items; i++)
            {
                got.Item($"{i} {_kilobyte}");
                Volatile.Write(ref sent, i + 1);
            }

            got.End();
        });
        await using RpcServiceClient client = Connect(server, s_pool);
        await using IAsyncEnumerator<string> items = client.Stream<string, string>("s").CallAsync("x").GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().InTime());

        // It stands still: 40 MB are far more than all buffers on the way hold.
        int seen = -1;
        while (seen != Volatile.Read(ref sent))
        {
            seen = Volatile.Read(ref sent);
            await Task.Delay(300);
        }

        Assert.True(seen < Items, $"{seen} items were sent to a reader that reads none");
        int count = 1;
        while (await items.MoveNextAsync().AsTask().InTime())
        {
            Assert.StartsWith($"{count} ", items.Current, StringComparison.Ordinal);
            count++;
        }

        Assert.Equal(Items, count);
    }

    [Fact]
    public async Task A_connection_that_was_held_back_is_read_again_when_its_reader_leaves()
    {
        using ScriptedRpcServer server = new(got =>
        {
            for (int i = 0; got.Kind == RpcKind.Request && got.Method == "s" && i < 20_000; i++)
            {
                got.Item(_kilobyte);
            }

            got.Answer("done");
        });
        await using RpcServiceClient client = Connect(server, s_pool);
        await foreach (string _ in client.Stream<string, string>("s").CallAsync("x"))
        {
            break;
        }

        Assert.Equal("done", await client.Unary<string, string>("m").CallAsync("x").InTime());
        Assert.Equal(1, client.GetStats().Connects);
    }

    [Fact]
    public async Task A_stream_is_made_again_only_while_nothing_of_it_has_come()
    {
        int tries = 0;
        using ScriptedRpcServer server = new(got =>
        {
            if (Interlocked.Increment(ref tries) == 2)
            {
                got.Item("1");
            }

            got.From.Close();
        });
        // Tries that find no connection are among them: on a busy machine it takes many until there is one again.
        await using RpcServiceClient client = Connect(server, new RpcClientOptions
        {
            Retry = new RetryPolicy { MaxTries = 1000, Delay = new BackOff { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(20) } },
            Reconnect = new BackOff { First = TimeSpan.FromMilliseconds(1) },
        });
        List<string> items = [];
        await Assert.ThrowsAsync<RpcConnectionException>(async () =>
        {
            await foreach (string item in client.Stream<string, string>("s").CallAsync("x", new RpcCallOptions(IsIdempotent: true)))
            {
                items.Add(item);
            }
        });
        Assert.Equal(["1"], items);
        Assert.Equal(2, tries);
    }

    private static Task<List<string>> AllAsync(RpcServiceClient client, string request)
    {
        List<string> items = [];
        return ReadAsync(client, items, request).ContinueWith(
            reading =>
            {
                reading.GetAwaiter().GetResult();
                return items;
            },
            TaskScheduler.Default);
    }

    private static async Task ReadAsync(RpcServiceClient client, List<string> items, string request = "x")
    {
        await foreach (string item in client.Stream<string, string>("s").CallAsync(request))
        {
            items.Add(item);
        }
    }

    private RpcServiceClient Connect(ScriptedRpcServer server, RpcClientOptions? options = null) =>
        Sys.Netpoll().RpcService(server.Address, TextSerializer.Instance, options);
}
