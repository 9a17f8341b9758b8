using System.Globalization;
using Akka.Configuration;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Pollers;

/// <summary>The <c>netpoll</c> section of the actor system's configuration, checked. Immutable.</summary>
public sealed class NetpollSettings
{
    private static readonly Dictionary<string, PollerBackend> s_backends = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = PollerBackend.Auto,
        ["epoll"] = PollerBackend.Epoll,
        ["io-uring"] = PollerBackend.IoUring,
        ["kqueue"] = PollerBackend.Kqueue,
        ["poll"] = PollerBackend.Poll,
    };

    private static readonly TimeSpan s_shortestLimit = TimeSpan.FromMilliseconds(1);

    private NetpollSettings(Config config)
    {
        int processors = Environment.ProcessorCount;
        Pollers = ReadCount(config, "pollers", processors);
        Workers = ReadCount(config, "workers", Math.Max(4, 2 * processors));
        Backend = ReadBackend(config, "poller.backend");
        PollerThroughput = ReadInt(config, "poller.throughput", 1, int.MaxValue);
        MaxEventsPerWait = ReadInt(config, "poller.max-events-per-wait", 1, 65536);
        ZeroCopySendFrom = ReadSize(config, "poller.zero-copy-send-from");
        MaxWorkItemsPerRound = ReadInt(config, "poller.max-work-items-per-round", 1, int.MaxValue);
        WorkerThroughput = ReadInt(config, "bounded-dispatcher.throughput", 1, int.MaxValue);
        WatchdogLoopLimit = ReadLimit(config, "watchdog.loop-limit");
        WatchdogWorkerLimit = ReadLimit(config, "watchdog.worker-limit");
    }

    /// <summary>How many pollers there are, at least 1.</summary>
    public int Pollers { get; }

    /// <summary>How many threads the bounded dispatcher has, at least 1.</summary>
    public int Workers { get; }

    /// <summary>By which of the kernel's doors the pollers hear of their sockets.</summary>
    public PollerBackend Backend { get; }

    /// <summary>The most messages that an actor on a poller handles before the next one's turn.</summary>
    public int PollerThroughput { get; }

    /// <summary>The most messages that a handler on the bounded dispatcher handles before the next one's turn.</summary>
    public int WorkerThroughput { get; }

    /// <summary>The most socket events that one wait takes from the kernel.</summary>
    public int MaxEventsPerWait { get; }

    /// <summary>With io_uring, the least bytes of a send that leaves without the kernel's copy; null for none.</summary>
    public int? ZeroCopySendFrom { get; }

    /// <summary>The most work items that one round of a loop runs.</summary>
    public int MaxWorkItemsPerRound { get; }

    /// <summary>How long a handler may hold an event loop before the watchdog says so; null for never.</summary>
    public TimeSpan? WatchdogLoopLimit { get; }

    /// <summary>How long a handler may hold a worker before the watchdog says so; null for never.</summary>
    public TimeSpan? WatchdogWorkerLimit { get; }

    /// <summary>Every setting's default, as HOCON.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.FromResource<NetpollSettings>("Netpoll.Actors.Pollers.netpoll.conf");

    /// <summary>Reads the settings.</summary>
    /// <param name="config">The actor system's configuration; what it does not say is the default.</param>
    /// <exception cref="ConfigurationException">A setting is not known, or its value not allowed; the message names its path and what is allowed.</exception>
    public static NetpollSettings Create(Config config)
    {
        Config reference = DefaultConfig();
        SettingNames.Check(config, "netpoll", reference, "netpoll");
        return new NetpollSettings(config.WithFallback(reference).GetConfig("netpoll")!);
    }

    private static int ReadCount(Config config, string path, int automatic) =>
        string.Equals(config.GetString(path), "auto", StringComparison.OrdinalIgnoreCase) ? automatic : ReadInt(config, path, 1, 1024, orElse: " or 'auto'");

    private static PollerBackend ReadBackend(Config config, string path)
    {
        string? text = config.GetString(path);
        return s_backends.TryGetValue(text ?? "", out PollerBackend backend)
            ? backend
            : throw new ConfigurationException($"netpoll.{path} is '{text}': it must be one of {string.Join(", ", s_backends.Keys.Select(name => $"'{name}'"))}.");
    }

    private static TimeSpan? ReadLimit(Config config, string path) => ReadUnlessOff<TimeSpan>(
        config,
        path,
        "a time of at least 1ms, such as '500ms' or '2s'",
        () => config.GetTimeSpan(path, null, allowInfinite: false) is var limit && limit >= s_shortestLimit ? limit : null);

    private static int? ReadSize(Config config, string path) => ReadUnlessOff<int>(
        config,
        path,
        "a size from 1 byte to 2 GiB, such as '64KiB'",
        () => config.GetByteSize(path, null) is { } bytes and >= 1 and <= int.MaxValue ? (int)bytes : null);

    /// <param name="config">The section.</param>
    /// <param name="path">The setting.</param>
    /// <param name="allowed">What may stand there beside 'off', in words.</param>
    /// <param name="read">Reads it; null for a value that is not allowed.</param>
    private static T? ReadUnlessOff<T>(Config config, string path, string allowed, Func<T?> read)
        where T : struct
    {
        string? text = config.GetString(path);
        if (string.Equals(text, "off", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            if (read() is { } value)
            {
                return value;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ConfigurationException)
        {
            // Said below, with the path and what is allowed.
        }

        throw new ConfigurationException($"netpoll.{path} is '{text}': it must be {allowed}, or 'off'.");
    }

    private static int ReadInt(Config config, string path, int least, int most, string orElse = "")
    {
        string? text = config.GetString(path);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new ConfigurationException($"netpoll.{path} is '{text}': it must be a whole number from {least} to {most}{orElse}.");
    }
}
