using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Dashboard.Watching;

/// <summary>Takes a snapshot a second, and keeps what the charts over time need. Any thread may read.</summary>
internal sealed class Watcher(ActorSystem system, TimeProvider time) : BackgroundService
{
    /// <summary>For how many seconds the charts go back.</summary>
    private const int HistorySeconds = 120;

    private const int LatencySeconds = 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Queue<HistoryPoint> _history = [];
    private TaskCompletionSource<Snapshot> _next = NewNext();

    /// <summary>The last two minutes, oldest first.</summary>
    public IReadOnlyList<HistoryPoint> History
    {
        get
        {
            lock (_gate)
            {
                return [.. _history];
            }
        }
    }

    /// <summary>The snapshot that is taken next.</summary>
    public Task<Snapshot> Next
    {
        get
        {
            lock (_gate)
            {
                return _next.Task;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IActorRef census = system.ActorOf(Props.Create<Census>(), "census");
        using Readings readings = new(system.Name);
        long started = time.GetTimestamp();
        Moment before = await TakeAsync(readings, stoppingToken);
        using PeriodicTimer seconds = new(TimeSpan.FromSeconds(1), time);
        while (await seconds.WaitForNextTickAsync(stoppingToken))
        {
            Moment now = await TakeAsync(readings, stoppingToken);
            ActorNode[] actors = await census.Ask<ActorNode[]>(new Census.Take(), s_patience, stoppingToken);
            Publish(Compare(before, now, readings, actors, time.GetElapsedTime(started).TotalSeconds));
            before = now;
        }
    }

    private static TaskCompletionSource<Snapshot> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<Moment> TakeAsync(Readings readings, CancellationToken cancellationToken)
    {
        PollerStats[] pollers = await Task.WhenAll(Enumerable.Range(0, system.Netpoll().Settings.Pollers).Select(index =>
            system.ActorSelection($"/system/netpoll/poller-{index}").Ask<PollerStats>(GetStats.Instance, s_patience, cancellationToken)));
        readings.Read();
        return new Moment(
            time.GetTimestamp(),
            readings["netpoll.requests"],
            readings["netpoll.requests.failed"],
            readings["netpoll.network.io", "receive"],
            readings["netpoll.network.io", "transmit"],
            pollers);
    }

    private Snapshot Compare(Moment before, Moment now, Readings readings, ActorNode[] actors, double uptime)
    {
        double seconds = time.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds;
        return new Snapshot(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            system.Name,
            uptime,
            new Rates(
                (now.Requests - before.Requests) / seconds,
                (now.Failed - before.Failed) / seconds,
                (now.Received - before.Received) / seconds,
                (now.Sent - before.Sent) / seconds),
            (long)readings["netpoll.requests.active"],
            new ConnectionCounts(
                (long)readings["netpoll.connections.open"],
                (long)readings["netpoll.connections.accepted"],
                (long)readings["netpoll.connections.dialled"],
                readings.Details("netpoll.connections.closed")),
            readings.Latencies.Read(LatencySeconds),
            [.. before.Pollers.Zip(now.Pollers, (earlier, later) => Compare(earlier, later, seconds))],
            new WorkerState((long)readings["netpoll.workers.running"], (long)readings["netpoll.workers.queue.length"]),
            actors);
    }

    private static PollerState Compare(PollerStats before, PollerStats now, double seconds)
    {
        double busy = (now.Load.Busy - before.Load.Busy).TotalSeconds;
        double idle = (now.Load.Idle - before.Load.Idle).TotalSeconds;
        return new PollerState(
            now.Index,
            now.Backend,
            now.Sockets,
            busy + idle > 0 ? busy / (busy + idle) : 0,
            (now.Loop.SystemCalls - before.Loop.SystemCalls) / seconds,
            (now.Loop.WakeUps - before.Loop.WakeUps) / seconds,
            now.Load.Queued,
            now.Load.LongestHold.TotalSeconds);
    }

    private void Publish(Snapshot snapshot)
    {
        TaskCompletionSource<Snapshot> due;
        lock (_gate)
        {
            _history.Enqueue(new HistoryPoint(snapshot.Time, snapshot.Rates.Requests, snapshot.Rates.Received, snapshot.Rates.Sent));
            if (_history.Count > HistorySeconds)
            {
                _history.Dequeue();
            }

            (due, _next) = (_next, NewNext());
        }

        due.SetResult(snapshot);
    }

    /// <summary>What counters and pollers said at one moment.</summary>
    private sealed record Moment(long Timestamp, double Requests, double Failed, double Received, double Sent, PollerStats[] Pollers);
}
