using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>The coordinated shutdown: phases one after the other, each with its time-out.</summary>
public sealed class ShutdownSpec
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private sealed class Maintenance : CoordinatedShutdown.Reason
    {
        public override int ExitCode => 0;
    }

    private readonly ConcurrentQueue<string> _order = new();

    private Func<Task<Done>> Note(string what) => () =>
    {
        _order.Enqueue(what);
        return Task.FromResult(Done.Instance);
    };

    private static ActorSystem Start(string config = "") => ActorSystem.Create("shutdown", config + "\nakka.loglevel = OFF\nakka.stdout-loglevel = OFF");

    [Fact]
    public async Task Terminating_runs_the_phases_in_order_and_then_ends_the_actors()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "c", Note("service-stop"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "a", Note("before-service-unbind"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "b", Note("service-requests-done"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "b", Note("service-unbind"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "d", Note($"before-actor-system-terminate {system.WhenTerminated.IsCompleted}"));

        await system.Terminate().WaitAsync(s_long);

        Assert.Equal(
            ["before-service-unbind", "service-unbind", "service-requests-done", "service-stop", "before-actor-system-terminate False"], _order);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(s_long);
    }

    [Fact]
    public async Task A_failure_in_a_phase_that_must_not_fail_ends_it()
    {
        var system = Start("akka.coordinated-shutdown.phases.service-stop.recover = off");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "fails", () => Task.FromException<Done>(new InvalidOperationException("boom")));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "later", Note("later"));

        var failure = await Assert.ThrowsAsync<AggregateException>(() => shutdown.Run(new Maintenance())).WaitAsync(s_long);

        Assert.IsType<InvalidOperationException>(failure.GetBaseException());
        Assert.Empty(_order);
    }

    [Fact]
    public async Task It_runs_once_for_the_first_reason()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Null(shutdown.ShutdownReason);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "once", Note("once"));
        var reason = new Maintenance();

        await Task.WhenAll(
            shutdown.Run(reason), shutdown.Run(CoordinatedShutdown.UnknownReason.Instance), system.Terminate()).WaitAsync(s_long);

        Assert.Equal(["once"], _order);
        Assert.Same(reason, shutdown.ShutdownReason);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_task_that_fails_or_takes_too_long_does_not_keep_the_next_phase_from_running()
    {
        var system = Start("akka.coordinated-shutdown.phases.service-requests-done.timeout = 100ms");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromMilliseconds(100), shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone));
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "throws", () => throw new InvalidOperationException("boom"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new InvalidOperationException("boom")));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "hangs", () => new TaskCompletionSource<Done>().Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "next", Note("next"));

        await system.Terminate().WaitAsync(s_long);

        Assert.Equal(["next"], _order);
    }

    [Fact]
    public async Task Tasks_of_one_phase_run_together()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        var other = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "waits for the other", () => other.Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "other", () =>
        {
            other.SetResult(Done.Instance);
            return Task.FromResult(Done.Instance);
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "next", Note("next"));

        await system.Terminate().WaitAsync(s_long);

        Assert.Equal(["next"], _order);
    }

    [Fact]
    public async Task It_may_begin_with_a_later_phase()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "early", Note("early"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "late", Note("late"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(s_long);

        Assert.Equal(["late"], _order);
    }

    [Fact]
    public async Task An_unknown_phase_is_refused()
    {
        var system = Start();
        Assert.Throws<Akka.Configuration.ConfigurationException>(() => CoordinatedShutdown.Get(system).AddTask("unknown", "task", Note("never")));
        await system.Terminate().WaitAsync(s_long);
    }
}
