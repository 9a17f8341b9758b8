using System.Diagnostics;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;

namespace Echo.Load;

/// <summary>
/// A closed-loop load on one event loop: plain Netpoll.Poller, no actors. Opens all connections, keeps their requests under way, and
/// measures after a warm-up.
/// </summary>
internal sealed class LoadClient(LoadOptions options)
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    private readonly LoadMeter _meter = new(options.Connections + options.Idle);

    /// <summary>What it does now. Any thread.</summary>
    public string Phase { get; private set; } = "connecting";

    /// <summary>Verified replies so far, warm-up included. Any thread.</summary>
    public long Replies => _meter.Replies;

    /// <summary>Errors so far. Any thread.</summary>
    public long Errors => _meter.Errors;

    /// <summary>Runs the load to its end.</summary>
    /// <param name="stop">Ends it early; what was measured until then is the result.</param>
    /// <exception cref="Netpoll.Poller.Sockets.SocketOperationException">The server does not answer, or its name is unknown.</exception>
    public async Task<LoadResult> RunAsync(CancellationToken stop)
    {
        await using var loop = new EventLoop(new EventLoopOptions { Name = "echo-load" });
        loop.Start();
        LoadConnection[] connections = await ConnectAsync(loop);

        Phase = "warming up";
        await RunOnAsync(loop, () => Array.ForEach(connections, connection => connection.Start()));
        await ContinueAsync(options.WarmUp, stop);

        Phase = "measuring";
        ProcessUsage before = ProcessUsage.Now();
        long repliesBefore = Replies;
        await RunOnAsync(loop, _meter.Begin);
        await ContinueAsync(options.Duration, stop);
        await AwaitFirstReplyAsync(repliesBefore, stop);
        await RunOnAsync(loop, _meter.End);
        ProcessUsage usage = ProcessUsage.Now() - before;

        await RunOnAsync(loop, () => Array.ForEach(connections, connection => connection.FailIfOverdue()));
        await RunOnAsync(loop, () => Array.ForEach(connections, connection => connection.Dispose()));
        return LoadResult.Of(_meter, usage);
    }

    private async Task<LoadConnection[]> ConnectAsync(EventLoop loop)
    {
        var frame = new EchoFrame(options.Body);
        var connections = new LoadConnection[options.Connections + options.Idle];
        for (int i = 0; i < connections.Length; i++)
        {
            StreamChannel channel = await loop.ConnectAsync(options.Address, options: null, s_connectTimeout);
            var connection = new LoadConnection(i, i < options.Connections ? options.InFlight : 0, frame, channel, _meter, loop.BlockPool);
            await RunOnAsync(loop, () => loop.Add(channel, connection));
            connections[i] = connection;
        }

        return connections;
    }

    private static Task RunOnAsync(EventLoop loop, Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Execute(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Extends a window in which nothing was answered, which would say nothing, until an answer comes or the requests are overdue.</summary>
    private async Task AwaitFirstReplyAsync(long repliesBefore, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (Replies == repliesBefore && Errors == 0 && !stop.IsCancellationRequested && Stopwatch.GetElapsedTime(started) < LoadConnection.Patience)
        {
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Lets the load run for a time, unless it is stopped or nothing is left of it.</summary>
    private async Task ContinueAsync(TimeSpan time, CancellationToken stop) =>
        await Task.WhenAny(Task.Delay(time, stop), _meter.AllFailed);
}
