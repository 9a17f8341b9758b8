using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A server that is to use io_uring where that is forbidden, as a process of its own: it serves on epoll, and says why, once.</summary>
[Collection(Alone.Name)]
public sealed class FallbackSpec
{
    [SkippableFact]
    public async Task Where_io_uring_is_forbidden_epoll_takes_its_place_and_the_log_says_so_once()
    {
        Task<EchoProcess> starting = Confinement.WithoutCall(
            Confinement.IoUringSetup,
            () => EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0", "--backend", "io-uring", "--pollers", "3", "--log"));
        using EchoProcess server = await starting;
        AssertSaidOnce("Operation not permitted (errno 1)", server.Log + await EchoAndFinishAsync(server));
    }

    [SkippableFact]
    public async Task Where_its_memory_may_not_be_locked_epoll_takes_its_place_too()
    {
        Task<EchoProcess> starting = Confinement.WithoutLocking(
            () => EchoProcess.ServeAfterAsync("ulimit -l 0", "--address", "tcp://127.0.0.1:0", "--backend", "io-uring", "--pollers", "3", "--log"));
        using EchoProcess server = await starting;
        string log = server.Log + await EchoAndFinishAsync(server);

        // Since 5.12 it counts against the control group, and lately (seen on 6.18) against the limit as well.
        Skip.If(log.Length == 0, "This kernel does not count a ring's memory against the limit.");
        AssertSaidOnce("Cannot allocate memory (errno 12)", log);
    }

    [SkippableFact]
    public async Task Where_auto_is_asked_for_nothing_is_tried_and_nothing_is_said()
    {
        TestBackend.SkipWhereChosen();
        Task<EchoProcess> starting = Confinement.WithoutCall(
            Confinement.IoUringSetup, () => EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0", "--backend", "auto", "--log"));
        using EchoProcess server = await starting;
        Assert.Equal("", server.Log + await EchoAndFinishAsync(server));
    }

    [SkippableFact]
    public async Task An_environment_variable_says_what_auto_is()
    {
        Task<EchoProcess> starting = Confinement.WithoutCall(
            Confinement.IoUringSetup,
            () => EchoProcess.ServeAfterAsync("export NETPOLL_POLLER_BACKEND=io-uring", "--address", "tcp://127.0.0.1:0", "--backend", "auto", "--log"));
        using EchoProcess server = await starting;
        AssertSaidOnce("Operation not permitted (errno 1)", server.Log + await EchoAndFinishAsync(server));
    }

    [Fact]
    public async Task A_backend_that_is_named_is_not_overridden_by_the_environment()
    {
        using EchoProcess server = await EchoProcess.ServeAfterAsync(
            "export NETPOLL_POLLER_BACKEND=nonsense", "--address", "tcp://127.0.0.1:0", "--backend", "poll", "--log");
        Assert.Equal("", server.Log + await EchoAndFinishAsync(server));
    }

    private static void AssertSaidOnce(string reason, string log)
    {
        Assert.Contains($"The pollers use Epoll instead of IoUring: io_uring_setup failed: {reason}.", log, StringComparison.Ordinal);
        Assert.Equal(2, log.Split("instead of").Length);
    }

    private static async Task<string> EchoAndFinishAsync(EchoProcess server)
    {
        using (RawPeer peer = await server.ConnectAsync())
        {
            byte[] frame = RawPeer.Frame(1000);
            await peer.SendAsync(frame);
            Assert.Equal(frame, await peer.ReceiveAsync(frame.Length));
        }

        server.Signal(EchoProcess.Terminate);
        (int exitCode, string output, string error) = await server.FinishAsync();
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }
}
