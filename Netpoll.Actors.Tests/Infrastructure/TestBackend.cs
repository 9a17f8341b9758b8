using System.Runtime.CompilerServices;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Polling.Uring;
using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// The poller behind tests that do not name one: the environment variable NETPOLL_TEST_BACKEND says which, as <c>netpoll.poller.backend</c>
/// would. So the whole suite can be run on each of them, samples that are processes of their own included.
/// </summary>
public static class TestBackend
{
    /// <summary>Its name in a configuration.</summary>
    public static string DefaultName { get; } = Environment.GetEnvironmentVariable("NETPOLL_TEST_BACKEND") ?? "auto";

    /// <summary>Which it is.</summary>
    public static PollerBackend Default { get; } = Netpoll.Poller.Polling.Pollers.Parse(DefaultName);

    /// <summary>Skips a test that is about what is chosen where nothing is said.</summary>
    public static void SkipWhereChosen() => Skip.If(Default != PollerBackend.Auto, $"It is {DefaultName} that was asked for.");

    /// <summary>Makes a poller; the test is skipped where there is none of that kind.</summary>
    internal static IPoller Create(PollerBackend backend, int maxEvents, BlockPool? pool = null)
    {
        SkipWithout(backend);
        return Netpoll.Poller.Polling.Pollers.Create(backend, maxEvents, pool ?? BlockPool.Shared).Poller;
    }

    /// <summary>Skips a test of attempts to connect that fail where libkqueue takes the error away (see <see cref="LibKqueue"/>).</summary>
    public static void SkipWhereErrorsGetLost() =>
        Skip.If(Default == PollerBackend.Kqueue && Kqueue.OfThisSystem is LibKqueue, "libkqueue takes a socket's pending error to tell it.");

    /// <summary>Skips a test of io_uring where that does not work, and one of kqueue where there is none.</summary>
    public static void SkipWithout(PollerBackend backend)
    {
        Skip.If(backend == PollerBackend.IoUring && UringProbe.WhyNot is not null, $"No io_uring here: {UringProbe.WhyNot}.");
        Skip.If(
            backend == PollerBackend.Kqueue && Kqueue.OfThisSystem is null,
            "No kqueue here: on Linux libkqueue can take its place (NETPOLL_LIBKQUEUE, the path of its shared library).");
    }

    [ModuleInitializer]
    internal static void TellAllLoops() => Environment.SetEnvironmentVariable(Netpoll.Poller.Polling.Pollers.Variable, DefaultName);
}
