using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>From the first hook to the last: who is told what, and in which order.</summary>
public sealed class LifecycleSpec : EngineSpec
{
    [Fact]
    public async Task An_actor_starts_handles_and_stops()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Reporting(probe.Ref)));

        actor.Tell("a");
        actor.Tell("b");
        Sys.Stop(actor);

        await probe.ExpectMsgAsync("constructor");
        await probe.ExpectMsgAsync("PreStart");
        probe.Watch(actor);
        var rest = probe.ReceiveWhile<string>(Patience, message => (message as string)!, msgs: 3);
        Assert.Equal("PostStop", rest[^1]);
        await probe.ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task A_poison_pill_waits_its_turn()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Reporting(probe.Ref)));

        actor.Tell("a");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("never");

        await probe.ExpectMsgAsync("constructor");
        await probe.ExpectMsgAsync("PreStart");
        await probe.ExpectMsgAsync("a 1");
        await probe.ExpectMsgAsync("PostStop");
        await probe.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task Kill_is_a_failure_that_stops_by_default()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Reporting(probe.Ref)));
        probe.Watch(actor);
        await probe.ExpectMsgAsync("constructor");
        await probe.ExpectMsgAsync("PreStart");

        await EventFilter.Exception<ActorKilledException>().ExpectOneAsync(async () =>
        {
            actor.Tell(Kill.Instance);
            await probe.ExpectMsgAsync("PostStop");
            await probe.ExpectTerminatedAsync(actor);
        });
    }

    private sealed class Talkative(IActorRef report) : UntypedActor
    {
        protected override void PreStart()
        {
            Self.Tell("from PreStart");
            report.Tell("PreStart");
        }

        protected override void PostStop()
        {
            Self.Tell("from PostStop");
            report.Tell("PostStop");
        }

        protected override void OnReceive(object message) => report.Tell(message);
    }

    [Fact]
    public async Task A_message_to_itself_from_PreStart_arrives_and_one_from_PostStop_is_a_dead_letter()
    {
        var probe = CreateTestProbe();
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Talkative(probe.Ref)));

        await probe.ExpectMsgAsync("PreStart");
        await probe.ExpectMsgAsync("from PreStart");
        Sys.Stop(actor);
        await probe.ExpectMsgAsync("PostStop");

        var letter = await letters.FishForMessageAsync<DeadLetter>(dead => Equals(dead.Message, "from PostStop"));
        Assert.Equal(actor, letter.Recipient);
    }

    [Fact]
    public async Task What_waits_when_an_actor_stops_and_what_comes_later_are_dead_letters()
    {
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new StopsItself()));
        Watch(actor);

        actor.Tell("stop");
        actor.Tell("waits 1");
        actor.Tell("waits 2");

        await ExpectTerminatedAsync(actor);
        actor.Tell("late", TestActor);
        var missing = new HashSet<object> { "waits 1", "waits 2", "late" };
        while (missing.Count != 0)
        {
            var letter = await letters.FishForMessageAsync<DeadLetter>(dead => dead.Message is string);
            Assert.True(missing.Remove(letter.Message));
            Assert.Equal(actor, letter.Recipient);
            Assert.Equal(TestActor, letter.Sender);
        }
    }

    private sealed class StopsItself : UntypedActor
    {
        protected override void OnReceive(object message) => Context.Stop(Self);
    }

    private sealed class Node(IActorRef report, int depth) : UntypedActor
    {
        protected override void PreStart()
        {
            for (var i = 0; depth > 0 && i < 2; i++)
                Context.ActorOf(Props.Create(() => new Node(report, depth - 1)));
            report.Tell($"start {depth}");
        }

        protected override void PostStop() => report.Tell($"stop {depth}");

        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task A_tree_ends_from_its_leaves_to_its_root()
    {
        var probe = CreateTestProbe();
        var root = Sys.ActorOf(Props.Create(() => new Node(probe.Ref, 3)));
        probe.ReceiveN(15, Patience);
        probe.Watch(root);

        Sys.Stop(root);

        var stops = probe.ReceiveN(15, Patience).Cast<string>().ToList();
        await probe.ExpectTerminatedAsync(root);
        Assert.Equal("stop 3", stops[^1]);

        // Each node's PostStop comes after those of both of its children: at no point may more parents than pairs of children be gone.
        for (var depth = 1; depth <= 3; depth++)
        {
            for (var i = 0; i < stops.Count; i++)
            {
                var parents = stops.Take(i + 1).Count(stop => stop == $"stop {depth}");
                var children = stops.Take(i + 1).Count(stop => stop == $"stop {depth - 1}");
                Assert.True(children >= 2 * parents);
            }
        }
    }

    [Fact]
    public async Task Names_are_unique_among_siblings_and_free_again_at_the_end()
    {
        var first = Sys.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)), "name");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)), "name"));
        Assert.Equal("akka://" + Sys.Name + "/user/name", first.Path.ToString());
        Watch(first);

        Sys.Stop(first);
        await ExpectTerminatedAsync(first);

        // The parent hears of the end at its own pace.
        IActorRef? second = null;
        await AwaitAssertAsync(() => { second = Sys.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)), "name"); });
        Assert.NotEqual(first, second);
        Assert.Equal(first.Path, second!.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a?b")]
    public void Some_names_are_not_allowed(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)), name));

    private sealed class Keeper : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "make":
                    Sender.Tell(Context.ActorOf(Props.Create(() => new Keeper()), "child"));
                    break;
                case "list":
                    Sender.Tell(Context.GetChildren().ToArray());
                    break;
                case "child":
                    Sender.Tell(Context.Child("child"));
                    break;
                case "parent":
                    Sender.Tell(Context.Parent);
                    break;
                case "stop child":
                    Context.Watch(Context.Child("child"));
                    Context.Stop(Context.Child("child"));
                    Report = Sender;
                    break;
                case Terminated terminated:
                    Report!.Tell(terminated.ActorRef);
                    break;
            }
        }

        private IActorRef? Report { get; set; }
    }

    [Fact]
    public async Task A_parent_knows_its_children_and_they_know_it()
    {
        var keeper = Sys.ActorOf(Props.Create(() => new Keeper()));
        keeper.Tell("make");
        var child = await ExpectMsgAsync<IActorRef>();

        keeper.Tell("child");
        Assert.Equal(child, await ExpectMsgAsync<IActorRef>());
        keeper.Tell("list");
        Assert.Equal(child, Assert.Single(await ExpectMsgAsync<IActorRef[]>()));
        child.Tell("parent");
        Assert.Equal(keeper, await ExpectMsgAsync<IActorRef>());

        keeper.Tell("stop child");
        Assert.Equal(child, await ExpectMsgAsync<IActorRef>());
        keeper.Tell("list");
        Assert.Empty(await ExpectMsgAsync<IActorRef[]>());
        keeper.Tell("child");
        Assert.True((await ExpectMsgAsync<IActorRef>()).IsNobody());
    }

    [Fact]
    public async Task An_actor_is_made_by_props_alone()
    {
        var probe = CreateTestProbe();
        var thrown = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own: one of the pool may still stand for the actor of a test that is over.
        new Thread(() => thrown.SetResult(Record.Exception(() => new Reporting(probe.Ref)))).Start();
        Assert.IsType<ActorInitializationException>(await thrown.Task);
    }

    private sealed class Producer(IActorRef report) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Reporting);

        public ActorBase Produce() => new Reporting(report);

        public void Release(ActorBase actor) => report.Tell("released");
    }

    [Fact]
    public async Task A_producer_makes_each_instance_and_gets_it_back()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.CreateBy(new Producer(probe.Ref)));
        await probe.ExpectMsgAsync("constructor");
        await probe.ExpectMsgAsync("PreStart");

        Sys.Stop(actor);

        await probe.ExpectMsgAsync("PostStop");
        await probe.ExpectMsgAsync("released");
    }
}
