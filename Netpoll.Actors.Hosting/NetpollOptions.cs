using Akka.Configuration;
using Netpoll.Actors.Hosting.Configuration;

namespace Netpoll.Actors.Hosting;

/// <summary>
/// The settings of pollers, workers and watchdog. Null leaves a setting as the configuration has it, or its default; the defaults are listed in
/// <c>netpoll.conf</c>. Plain data: an application's configuration may be bound to it.
/// </summary>
public sealed class NetpollOptions
{
    /// <summary>How many pollers, 1 to 1024. Defaults to one for each processor.</summary>
    public int? Pollers { get; set; }

    /// <summary>How many threads the bounded dispatcher has, 1 to 1024. Defaults to twice the processors, at least 4.</summary>
    public int? Workers { get; set; }

    /// <summary>What concerns each poller.</summary>
    public NetpollPollerOptions Poller { get; set; } = new();

    /// <summary>What concerns handlers off the event loops.</summary>
    public NetpollBoundedDispatcherOptions BoundedDispatcher { get; set; } = new();

    /// <summary>Who says which handler holds a thread for too long.</summary>
    public NetpollWatchdogOptions Watchdog { get; set; } = new();

    internal Config ToConfig()
    {
        HoconText text = new("netpoll");
        return text
            .Add("pollers", Pollers)
            .Add("workers", Workers)
            .Add("poller.backend", Poller.Backend)
            .Add("poller.throughput", Poller.Throughput)
            .Add("poller.max-events-per-wait", Poller.MaxEventsPerWait)
            .Add("poller.zero-copy-send-from", Poller.ZeroCopySendFrom)
            .Add("poller.max-work-items-per-round", Poller.MaxWorkItemsPerRound)
            .Add("bounded-dispatcher.throughput", BoundedDispatcher.Throughput)
            .AddLimit("watchdog.loop-limit", Watchdog.LoopLimit)
            .AddLimit("watchdog.worker-limit", Watchdog.WorkerLimit)
            .ToConfig();
    }
}

/// <summary>What concerns each poller. Null leaves a setting as it is.</summary>
public sealed class NetpollPollerOptions
{
    /// <summary>By which of the kernel's doors the pollers hear of sockets: auto, epoll, io-uring, kqueue or poll. Defaults to auto.</summary>
    public string? Backend { get; set; }

    /// <summary>The most messages that an actor on a poller handles before the next one's turn, at least 1. Defaults to 64.</summary>
    public int? Throughput { get; set; }

    /// <summary>The most socket events that one wait takes from the kernel, 1 to 65536. Defaults to 128.</summary>
    public int? MaxEventsPerWait { get; set; }

    /// <summary>With io-uring: sends of so many bytes and more leave without the kernel's copy, at least 1. Defaults to none.</summary>
    public int? ZeroCopySendFrom { get; set; }

    /// <summary>The most work items of one round before the kernel is asked again, at least 1. Defaults to 1024.</summary>
    public int? MaxWorkItemsPerRound { get; set; }
}

/// <summary>What concerns handlers off the event loops. Null leaves a setting as it is.</summary>
public sealed class NetpollBoundedDispatcherOptions
{
    /// <summary>The most messages that a handler handles before the next one's turn, at least 1. Defaults to 64.</summary>
    public int? Throughput { get; set; }
}

/// <summary>Who says which handler holds a thread for too long. Null leaves a setting as it is; <see cref="Timeout.InfiniteTimeSpan"/> is off.</summary>
public sealed class NetpollWatchdogOptions
{
    /// <summary>How long a handler may hold an event loop, at least a millisecond. Defaults to 1 second.</summary>
    public TimeSpan? LoopLimit { get; set; }

    /// <summary>How long a handler may hold a worker, at least a millisecond. Defaults to off.</summary>
    public TimeSpan? WorkerLimit { get; set; }
}
