using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Mailboxes with a bound, and what a long queue keeps.</summary>
public sealed class MailboxSpec() : EngineSpec(
    """
    small {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-capacity = 3
      mailbox-push-timeout-time = 10ms
    }
    patient {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-capacity = 3
      mailbox-push-timeout-time = 30s
    }
    endless {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-push-timeout-time = infinite
    }
    """)
{
    private sealed class Gated : UntypedActor
    {
        private readonly IActorRef _report;

        public Gated(IActorRef report)
        {
            _report = report;
        }

        protected override void OnReceive(object message)
        {
            if (message is ManualResetEventSlim gate)
            {
                _report.Tell("waiting");
                gate.Wait(Patience);
            }
            else
            {
                _report.Tell(message);
            }
        }
    }

    [Fact]
    public void A_sender_cannot_be_held_for_ever() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Gated(TestActor)).WithMailbox("endless")));

    [Fact]
    public async Task What_finds_no_room_in_time_is_a_dead_letter()
    {
        var (probe, letters) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Gated(probe.Ref)).WithMailbox("small"));
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        await probe.ExpectMsgAsync("waiting");

        for (var i = 1; i <= 5; i++)
            actor.Tell($"{i}", TestActor);

        foreach (var expected in new[] { "4", "5" })
        {
            var letter = await letters.FishForMessageAsync<DeadLetter>(dead => dead.Message is string);
            Assert.Equal(expected, letter.Message);
        }

        gate.Set();
        foreach (var expected in new[] { "1", "2", "3" })
            await probe.ExpectMsgAsync(expected);
        actor.Tell("room again", TestActor);
        await probe.ExpectMsgAsync("room again");
    }

    [Fact]
    public async Task A_sender_may_wait_for_room()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Gated(probe.Ref)).WithMailbox("patient"));
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        await probe.ExpectMsgAsync("waiting");

        var sender = Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
                actor.Tell(i, ActorRefs.NoSender);
        });
        gate.Set();
        await sender.WaitAsync(Patience);

        for (var i = 0; i < 1000; i++)
            await probe.ExpectMsgAsync(i);
    }

    [Fact]
    public async Task A_restart_keeps_a_long_queue_in_order()
    {
        var probe = CreateTestProbe();
        var child = await StartChild(StartParent(_ => Directive.Restart), Props.Create(() => new FailingSometimes(probe.Ref)));
        for (var i = 0; i < 5000; i++)
            child.Tell(i, ActorRefs.NoSender);

        for (var i = 0; i < 5000; i++)
        {
            if (i % 100 != 50)
                await probe.ExpectMsgAsync(i);
        }
    }

    private sealed class FailingSometimes : UntypedActor
    {
        private readonly IActorRef _report;

        public FailingSometimes(IActorRef report)
        {
            _report = report;
        }

        protected override void OnReceive(object message)
        {
            if ((int)message % 100 == 50)
                throw new TestException("sometimes");
            _report.Tell(message);
        }
    }

    [Fact]
    public async Task A_message_that_was_handled_is_not_kept()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Forgetting()));
        var messages = TellAndForget(actor, 1000);
        actor.Tell(probe.Ref);
        await probe.ExpectMsgAsync("done");

        await AwaitAssertAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.True(messages.Count(message => message.IsAlive) <= 1);
        });
        GC.KeepAlive(actor);
    }

    private static List<WeakReference> TellAndForget(IActorRef actor, int count)
    {
        var messages = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var message = new object();
            messages.Add(new WeakReference(message));
            actor.Tell(message, ActorRefs.NoSender);
        }

        return messages;
    }

    private sealed class Forgetting : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef report)
                report.Tell("done");
        }
    }
}
