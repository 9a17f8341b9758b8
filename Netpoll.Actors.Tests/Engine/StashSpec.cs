using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Messages that are put aside come back in order, before what came later.</summary>
public sealed class StashSpec : EngineSpec
{
    private sealed class Opening : ReceiveActor, IWithUnboundedStash
    {
        public Opening(IActorRef report)
        {
            Receive<string>(message => message == "open", _ =>
            {
                Stash.UnstashAll();
                Become(() => Open(report));
            });
            Receive<string>(message => message == "one", _ => Stash.Unstash());
            Receive<string>(message => message == "break", _ => throw new TestException("break"));
            Receive<string>(message => message == "twice", _ =>
            {
                Stash.Stash();
                try
                {
                    Stash.Stash();
                }
                catch (IllegalActorStateException)
                {
                    report.Tell("refused");
                }
            });
            Receive<string>(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open(IActorRef report) => Receive<string>(message => report.Tell(message));
    }

    [Fact]
    public async Task All_come_back_in_order_before_what_came_later()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Opening(probe.Ref)));
        foreach (var message in new[] { "1", "2", "3", "open", "4", "5" })
            actor.Tell(message, TestActor);

        for (var i = 1; i <= 5; i++)
            await probe.ExpectMsgAsync(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_message_cannot_be_put_aside_twice()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Opening(probe.Ref)));
        actor.Tell("twice", TestActor);
        await probe.ExpectMsgAsync("refused");
    }

    [Fact]
    public async Task The_same_object_may_be_put_aside_each_time_it_comes()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Opening(probe.Ref)));
        const string Message = "same";
        actor.Tell(Message, TestActor);
        actor.Tell(Message, TestActor);
        actor.Tell("open", TestActor);
        await probe.ExpectMsgAsync(Message);
        await probe.ExpectMsgAsync(Message);
    }

    [Fact]
    public async Task A_restart_puts_them_back_for_the_next_instance()
    {
        var probe = CreateTestProbe();
        var child = await StartChild(StartParent(_ => Directive.Restart), Props.Create(() => new Opening(probe.Ref)));
        foreach (var message in new[] { "1", "2", "break", "open", "3" })
            child.Tell(message, TestActor);

        await probe.ExpectMsgAsync("1");
        await probe.ExpectMsgAsync("2");
        await probe.ExpectMsgAsync("3");
    }

    [Fact]
    public async Task At_the_end_they_are_dead_letters()
    {
        var probe = CreateTestProbe();
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(Akka.Event.DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Opening(probe.Ref)));
        actor.Tell("1", TestActor);
        actor.Tell("2", TestActor);
        actor.Tell(PoisonPill.Instance, TestActor);

        await letters.FishForMessageAsync<Akka.Event.DeadLetter>(letter => Equals(letter.Message, "1"));
        await letters.FishForMessageAsync<Akka.Event.DeadLetter>(letter => Equals(letter.Message, "2"));
    }

    private sealed class Watching : ReceiveActor, IWithUnboundedStash
    {
        public Watching(IActorRef watched, IActorRef report)
        {
            Context.Watch(watched);
            Receive<Terminated>(_ =>
            {
                Stash.Stash();
                report.Tell("put aside");
            });
            Receive<string>(_ =>
            {
                Become(() => Receive<Terminated>(terminated => report.Tell(terminated.ActorRef)));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    [Fact]
    public async Task The_end_of_another_actor_may_be_put_aside_too()
    {
        var watched = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Watching(watched.Ref, TestActor)));
        Sys.Stop(watched.Ref);
        await ExpectMsgAsync("put aside");

        actor.Tell("open");

        await ExpectMsgAsync(watched.Ref);
    }

    private sealed class OneByOne : UntypedActor, IWithStash
    {
        private readonly IActorRef _report;
        private int _open;

        public OneByOne(IActorRef report)
        {
            _report = report;
        }

        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is int more)
            {
                _open += more;
                Stash.Unstash();
            }
            else if (_open == 0)
            {
                Stash.Stash();
            }
            else
            {
                _open--;
                _report.Tell(message);
                Stash.Unstash();
            }
        }
    }

    [Fact]
    public async Task One_comes_back_at_a_time_the_oldest_first()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new OneByOne(probe.Ref)));
        foreach (var message in new object[] { "1", "2", "3", 2 })
            actor.Tell(message, TestActor);

        await probe.ExpectMsgAsync("1");
        await probe.ExpectMsgAsync("2");
        await probe.ExpectNoMsgAsync(Briefly);
        actor.Tell(1, TestActor);
        await probe.ExpectMsgAsync("3");
    }
}
