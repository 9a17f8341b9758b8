using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Exceptions in each hook.</summary>
public sealed class HookFailureSpec : EngineSpec
{
    public enum Hook
    {
        None,
        Constructor,
        PreStart,
        PreRestart,
        PostRestart,
        PostStop,
    }

    /// <summary>Throws in one hook, so many times over all instances.</summary>
    private sealed class Throwing : UntypedActor
    {
        private readonly IActorRef _report;
        private readonly Hook _hook;
        private readonly Counter _left;

        public Throwing(IActorRef report, Hook hook, Counter left)
        {
            _report = report;
            _hook = hook;
            _left = left;
            In(Hook.Constructor);
        }

        protected override void PreStart() => In(Hook.PreStart);

        protected override void PreRestart(Exception reason, object? message) => In(Hook.PreRestart);

        protected override void PostRestart(Exception reason) => In(Hook.PostRestart);

        protected override void PostStop() => In(Hook.PostStop);

        protected override void OnReceive(object message)
        {
            if (message is Fail fail)
                throw fail.Cause;
            _report.Tell(message);
        }

        private void In(Hook hook)
        {
            _report.Tell(hook);
            if (hook == _hook && _left.Take())
                throw new TestException(hook.ToString());
        }
    }

    private sealed class Counter(int left)
    {
        private int _left = left;

        public bool Take() => Interlocked.Decrement(ref _left) >= 0;
    }

    [Theory]
    [InlineData(Hook.Constructor)]
    [InlineData(Hook.PreStart)]
    public async Task An_actor_that_cannot_start_fails_with_an_initialization_exception(Hook hook)
    {
        var probe = CreateTestProbe();
        var causes = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var parent = StartParent(cause =>
        {
            causes.Enqueue(cause);
            return Directive.Stop;
        });
        var left = new Counter(1);
        var child = await StartChild(parent, Props.Create(() => new Throwing(probe.Ref, hook, left)));
        Watch(child);

        await ExpectTerminatedAsync(child);

        Assert.IsType<ActorInitializationException>(Assert.Single(causes));
    }

    [Theory]
    [InlineData(Hook.Constructor)]
    [InlineData(Hook.PreStart)]
    public async Task A_restart_of_an_actor_that_never_started_starts_it(Hook hook)
    {
        var probe = CreateTestProbe();
        var parent = StartParent(_ => Directive.Restart);
        var left = new Counter(1);
        var child = await StartChild(parent, Props.Create(() => new Throwing(probe.Ref, hook, left)));

        child.Tell("alive");

        var told = new List<object>();
        while (told.Count == 0 || !Equals(told[^1], "alive"))
            told.Add(await probe.ExpectMsgAsync<object>());
        Assert.DoesNotContain(Hook.PreRestart, told);
        Assert.DoesNotContain(Hook.PostRestart, told);
        Assert.Equal(2, told.Count(line => Equals(line, Hook.Constructor)));
    }

    [Fact]
    public async Task An_exception_in_PreRestart_does_not_keep_the_restart_from_going_on()
    {
        var probe = CreateTestProbe();
        var left = new Counter(1);
        var child = await StartChild(StartParent(_ => Directive.Restart), Props.Create(() => new Throwing(probe.Ref, Hook.PreRestart, left)));

        child.Tell(new Fail(new TestException("first")));
        child.Tell("alive");

        foreach (var hook in new[] { Hook.Constructor, Hook.PreStart, Hook.PreRestart, Hook.Constructor, Hook.PostRestart })
            await probe.ExpectMsgAsync(hook);
        await probe.ExpectMsgAsync("alive");
    }

    [Fact]
    public async Task An_exception_in_PostRestart_is_a_new_failure()
    {
        var probe = CreateTestProbe();
        var causes = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var parent = StartParent(cause =>
        {
            causes.Enqueue(cause);
            return Directive.Restart;
        });
        var left = new Counter(1);
        var child = await StartChild(parent, Props.Create(() => new Throwing(probe.Ref, Hook.PostRestart, left)));

        child.Tell(new Fail(new TestException("first")));
        child.Tell("alive");

        await probe.FishForMessageAsync<string>(message => message == "alive");
        Assert.Equal(2, causes.Count);
        Assert.IsType<PostRestartException>(causes.Last());
    }

    [Fact]
    public async Task An_exception_in_PostStop_does_not_keep_the_actor_from_ending()
    {
        var probe = CreateTestProbe();
        var left = new Counter(1);
        var actor = Sys.ActorOf(Props.Create(() => new Throwing(probe.Ref, Hook.PostStop, left)));
        Watch(actor);

        Sys.Stop(actor);

        await ExpectTerminatedAsync(actor);
    }
}
