using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Terminated comes once for a watch, whenever the watch was, and never after it was taken back.</summary>
public sealed class DeathWatchSpec : EngineSpec
{
    private sealed record DoWatch(IActorRef Subject);

    private sealed record DoWatchWith(IActorRef Subject, object Message);

    private sealed record DoUnwatch(IActorRef Subject);

    private sealed record Hold(ManualResetEventSlim Until);

    private sealed class Idle : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Watcher(IActorRef report) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case DoWatch watch:
                    Context.Watch(watch.Subject);
                    report.Tell("watching");
                    break;
                case DoWatchWith watch:
                    Context.WatchWith(watch.Subject, watch.Message);
                    report.Tell("watching");
                    break;
                case DoUnwatch unwatch:
                    Context.Unwatch(unwatch.Subject);
                    report.Tell("not watching");
                    break;
                case Hold hold:
                    report.Tell("holding");
                    hold.Until.Wait(Patience);
                    break;
                case Terminated terminated:
                    // Not the message itself: who did not watch does not get one.
                    report.Tell(terminated.ActorRef);
                    break;
                default:
                    report.Tell(message);
                    break;
            }
        }
    }

    [Fact]
    public async Task Several_watchers_hear_of_the_end_once_each()
    {
        var subject = Sys.ActorOf(Props.Create(() => new Idle()));
        var watchers = Enumerable.Range(0, 5).Select(_ => CreateTestProbe()).ToList();
        foreach (var watcher in watchers)
        {
            watcher.Watch(subject);
            watcher.Watch(subject);
        }

        Sys.Stop(subject);

        foreach (var watcher in watchers)
        {
            var terminated = await watcher.ExpectTerminatedAsync(subject);
            Assert.True(terminated.ExistenceConfirmed);
            Assert.False(terminated.AddressTerminated);
            await watcher.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    [Fact]
    public async Task Who_watches_a_dead_actor_hears_of_it_at_once()
    {
        var subject = Sys.ActorOf(Props.Create(() => new Idle()));
        Watch(subject);
        Sys.Stop(subject);
        await ExpectTerminatedAsync(subject);
        var late = CreateTestProbe();

        late.Watch(subject);

        await late.ExpectTerminatedAsync(subject);
        await late.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task Nobody_does_not_end()
    {
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new DoWatch(Sys.DeadLetters));
        await ExpectMsgAsync("watching");
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_watch_that_is_taken_back_tells_nothing()
    {
        var (subject, witness) = (Sys.ActorOf(Props.Create(() => new Idle())), CreateTestProbe());
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new DoWatch(subject));
        await ExpectMsgAsync("watching");
        watcher.Tell(new DoUnwatch(subject));
        await ExpectMsgAsync("not watching");
        witness.Watch(subject);

        Sys.Stop(subject);

        await witness.ExpectTerminatedAsync(subject);
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_watch_that_is_taken_back_when_its_Terminated_waits_already_tells_nothing()
    {
        var (subject, witness) = (Sys.ActorOf(Props.Create(() => new Idle())), CreateTestProbe());
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new DoWatch(subject));
        await ExpectMsgAsync("watching");
        witness.Watch(subject);
        using var until = new ManualResetEventSlim();

        watcher.Tell(new Hold(until));
        await ExpectMsgAsync("holding");
        watcher.Tell(new DoUnwatch(subject));
        Sys.Stop(subject);
        await witness.ExpectTerminatedAsync(subject);
        until.Set();

        await ExpectMsgAsync("not watching");
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_watch_after_another_was_taken_back_counts()
    {
        var subject = Sys.ActorOf(Props.Create(() => new Idle()));
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new DoWatch(subject));
        watcher.Tell(new DoUnwatch(subject));
        watcher.Tell(new DoWatch(subject));
        await ExpectMsgAsync("watching");
        await ExpectMsgAsync("not watching");
        await ExpectMsgAsync("watching");

        Sys.Stop(subject);

        Assert.Equal(subject, await ExpectMsgAsync<IActorRef>());
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_message_may_come_instead()
    {
        var subject = Sys.ActorOf(Props.Create(() => new Idle()));
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new DoWatchWith(subject, "gone"));
        await ExpectMsgAsync("watching");

        Sys.Stop(subject);

        await ExpectMsgAsync("gone");
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task Terminated_comes_after_what_the_subject_said()
    {
        var watcher = CreateTestProbe();
        var subject = Sys.ActorOf(Props.Create(() => new LastWords(watcher.Ref)));
        watcher.Watch(subject);

        subject.Tell(PoisonPill.Instance);

        await watcher.ExpectMsgAsync("last words");
        await watcher.ExpectTerminatedAsync(subject);
    }

    private sealed class LastWords(IActorRef listener) : UntypedActor
    {
        protected override void PostStop() => listener.Tell("last words");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Pact : ReceiveActor
    {
        public Pact(IActorRef other)
        {
            Context.Watch(other);
            Receive<string>(_ => Sender.Tell("alive"));
        }
    }

    [Fact]
    public async Task Who_watches_and_does_not_handle_Terminated_dies_with_the_watched()
    {
        var subject = Sys.ActorOf(Props.Create(() => new Idle()));
        var pact = Sys.ActorOf(Props.Create(() => new Pact(subject)));
        pact.Tell("are you there?");
        await ExpectMsgAsync("alive");
        Watch(pact);

        Sys.Stop(subject);

        await ExpectTerminatedAsync(pact);
    }

    [Fact]
    public async Task Watches_that_race_with_the_end_are_all_answered()
    {
        for (var round = 0; round < 200; round++)
        {
            var subject = Sys.ActorOf(Props.Create(() => new Idle()));
            var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));

            var stop = Task.Run(() => Sys.Stop(subject));
            watcher.Tell(new DoWatch(subject));
            await stop;

            await ExpectMsgAsync("watching");
            Assert.Equal(subject, await ExpectMsgAsync<IActorRef>());
            Sys.Stop(watcher);
        }

        await ExpectNoMsgAsync(Briefly);
    }
}
