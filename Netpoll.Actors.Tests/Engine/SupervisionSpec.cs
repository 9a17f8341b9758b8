using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>What becomes of a failing child, by directive and strategy, and the order of the restart hooks.</summary>
public sealed class SupervisionSpec : EngineSpec
{
    private static readonly Fail s_fail = new(new TestException("boom"));

    [Fact]
    public async Task Resume_keeps_the_instance_and_drops_the_message()
    {
        var probe = CreateTestProbe();
        var child = await StartReporting(StartParent(_ => Directive.Resume), probe.Ref);

        child.Tell("a");
        child.Tell(s_fail);
        child.Tell("b");

        await Expect(probe, "constructor", "PreStart", "a 1", "b 2");
    }

    [Fact]
    public async Task Restart_makes_a_new_instance_and_keeps_the_mailbox()
    {
        var probe = CreateTestProbe();
        var child = await StartReporting(StartParent(_ => Directive.Restart), probe.Ref);

        child.Tell("a");
        child.Tell(s_fail);
        child.Tell("b");
        child.Tell("c");

        await Expect(
            probe,
            "constructor", "PreStart", "a 1",
            "PreRestart boom Fail", "PostStop", "constructor", "PostRestart boom", "PreStart",
            "b 1", "c 2");
    }

    [Fact]
    public async Task Stop_ends_the_child()
    {
        var probe = CreateTestProbe();
        var child = await StartReporting(StartParent(_ => Directive.Stop), probe.Ref);
        await Expect(probe, "constructor", "PreStart");
        probe.Watch(child);

        child.Tell(s_fail);

        await Expect(probe, "PostStop");
        await probe.ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task Escalate_is_the_parents_own_failure()
    {
        var probe = CreateTestProbe();
        var grandparent = StartParent(cause => cause is TestException ? Directive.Stop : Directive.Escalate);
        var escalating = new OneForOneStrategy(_ => Directive.Escalate);
        var parent = await StartChild(grandparent, Props.Create(() => new Parent(escalating)));
        var child = await StartReporting(parent, probe.Ref);
        await Expect(probe, "constructor", "PreStart");
        Watch(parent);

        child.Tell(s_fail);

        await Expect(probe, "PostStop");
        await ExpectTerminatedAsync(parent);
    }

    [Fact]
    public async Task A_decider_that_throws_is_the_parents_own_failure()
    {
        var probe = CreateTestProbe();
        var grandparent = StartParent(_ => Directive.Stop);
        var throwing = new OneForOneStrategy(_ => throw new TestException("decider"));
        var parent = await StartChild(grandparent, Props.Create(() => new Parent(throwing)));
        var child = await StartReporting(parent, probe.Ref);
        Watch(parent);

        child.Tell(s_fail);

        await ExpectTerminatedAsync(parent);
    }

    [Fact]
    public async Task A_restarted_parent_stops_its_children_before_its_next_instance_starts()
    {
        var probe = CreateTestProbe();
        var grandparent = StartParent(_ => Directive.Restart);
        var parent = await StartChild(grandparent, Props.Create(() => new Parent(SupervisorStrategy.DefaultStrategy)));
        var child = await StartReporting(parent, probe.Ref);
        await Expect(probe, "constructor", "PreStart");
        probe.Watch(child);

        parent.Tell(s_fail);
        parent.Tell("still there", TestActor);

        await Expect(probe, "PostStop");
        await probe.ExpectTerminatedAsync(child);
        await ExpectMsgAsync("still there");
    }

    [Fact]
    public async Task All_for_one_restarts_the_siblings_too()
    {
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        var parent = StartParent(new AllForOneStrategy(_ => Directive.Restart));
        var failing = await StartReporting(parent, one.Ref);
        var sibling = await StartReporting(parent, two.Ref);

        failing.Tell(s_fail);

        await Expect(one, "constructor", "PreStart", "PreRestart boom Fail", "PostStop", "constructor", "PostRestart boom", "PreStart");
        await Expect(two, "constructor", "PreStart", "PreRestart boom null", "PostStop", "constructor", "PostRestart boom", "PreStart");
        sibling.Tell("alive");
        await two.ExpectMsgAsync("alive 1");
    }

    [Fact]
    public async Task All_for_one_stops_the_siblings_too()
    {
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        var parent = StartParent(new AllForOneStrategy(_ => Directive.Stop));
        var failing = await StartReporting(parent, one.Ref);
        var sibling = await StartReporting(parent, two.Ref);
        Watch(sibling);

        failing.Tell(s_fail);

        await ExpectTerminatedAsync(sibling);
    }

    [Fact]
    public async Task More_restarts_than_allowed_are_a_stop()
    {
        var probe = CreateTestProbe();
        var parent = StartParent(new OneForOneStrategy(2, TimeSpan.FromMinutes(5), _ => Directive.Restart));
        var child = await StartReporting(parent, probe.Ref);
        Watch(child);

        child.Tell(s_fail);
        child.Tell(s_fail);
        child.Tell("twice restarted");
        child.Tell(s_fail);

        await ExpectTerminatedAsync(child);
        var told = probe.ReceiveN(14, Patience).Cast<string>().ToList();
        Assert.Equal(3, told.Count(line => line == "constructor"));
        Assert.Contains("twice restarted 1", told);
        Assert.Equal("PostStop", told[^1]);
    }

    [Fact]
    public async Task Restarts_are_counted_within_the_window_only()
    {
        var window = TimeSpan.FromMilliseconds(50);
        var probe = CreateTestProbe();
        var parent = StartParent(new OneForOneStrategy(1, window, _ => Directive.Restart));
        var child = await StartReporting(parent, probe.Ref);

        for (var i = 0; i < 3; i++)
        {
            child.Tell(s_fail);
            child.Tell("restarted");
            await probe.FishForMessageAsync(message => message is "restarted 1", Patience);
            await Task.Delay(2 * window);
        }
    }

    [Fact]
    public async Task No_restart_allowed_is_a_stop()
    {
        var probe = CreateTestProbe();
        var parent = StartParent(new OneForOneStrategy(0, TimeSpan.FromMinutes(5), _ => Directive.Restart));
        var child = await StartReporting(parent, probe.Ref);
        Watch(child);

        child.Tell(s_fail);

        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public void The_default_decider_restarts_but_stops_who_could_not_start()
    {
        var decider = SupervisorStrategy.DefaultStrategy.Decider;
        Assert.Equal(Directive.Restart, decider.Decide(new TestException("any")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("any")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("any")));
        Assert.Equal(Directive.Stop, decider.Decide(new DeathPactException(TestActor)));
    }

    [Fact]
    public async Task A_strategy_in_props_wins_over_the_actors_own()
    {
        var probe = CreateTestProbe();
        var stopping = new OneForOneStrategy(_ => Directive.Stop);
        var parent = Sys.ActorOf(Props.Create(() => new Parent(stopping))
            .WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Resume)));
        var child = await StartReporting(parent, probe.Ref);

        child.Tell(s_fail);
        child.Tell("alive");

        await Expect(probe, "constructor", "PreStart", "alive 1");
    }

    [Fact]
    public async Task A_failing_actor_handles_nothing_until_its_supervisor_decided()
    {
        var probe = CreateTestProbe();
        var decide = new ManualResetEventSlim();
        var parent = StartParent(_ =>
        {
            decide.Wait(Patience);
            return Directive.Resume;
        });
        var child = await StartReporting(parent, probe.Ref);
        await Expect(probe, "constructor", "PreStart");

        child.Tell(s_fail);
        child.Tell("later");

        await probe.ExpectNoMsgAsync(Briefly);
        decide.Set();
        await Expect(probe, "later 1");
    }

    private static async Task Expect(TestProbe probe, params string[] messages)
    {
        foreach (var message in messages)
            await probe.ExpectMsgAsync(message);
    }
}
