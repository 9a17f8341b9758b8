using Netpoll.Poller.Buffers;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Uring;
using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// The poller behind tests that do not name one: the environment variable NETPOLL_TEST_BACKEND says which, as <c>netpoll.poller.backend</c>
/// would. So the whole suite can be run on each of them.
/// </summary>
public static class TestBackend
{
    /// <summary>Its name in a configuration.</summary>
    public static string DefaultName { get; } = Environment.GetEnvironmentVariable("NETPOLL_TEST_BACKEND") ?? "auto";

    /// <summary>Which it is.</summary>
    public static PollerBackend Default { get; } = DefaultName switch
    {
        "auto" => PollerBackend.Auto,
        "epoll" => PollerBackend.Epoll,
        "io-uring" => PollerBackend.IoUring,
        "poll" => PollerBackend.Poll,
        _ => throw new InvalidOperationException($"NETPOLL_TEST_BACKEND is '{DefaultName}'."),
    };

    /// <summary>Makes a poller; the test is skipped where there is none of that kind.</summary>
    internal static IPoller Create(PollerBackend backend, int maxEvents, BlockPool? pool = null)
    {
        SkipWithout(backend);
        return Netpoll.Poller.Polling.Pollers.Create(backend, maxEvents, pool ?? BlockPool.Shared).Poller;
    }

    /// <summary>Skips a test of io_uring where that does not work.</summary>
    public static void SkipWithout(PollerBackend backend) =>
        Skip.If(backend == PollerBackend.IoUring && UringProbe.WhyNot is not null, $"No io_uring here: {UringProbe.WhyNot}.");
}
