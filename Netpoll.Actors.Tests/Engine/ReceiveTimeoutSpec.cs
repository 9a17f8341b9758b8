using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>An actor that asked for it hears when nothing came for a while.</summary>
public sealed class ReceiveTimeoutSpec : EngineSpec
{
    private sealed class Quiet : INotInfluenceReceiveTimeout;

    private sealed class Sleepy : UntypedActor
    {
        private readonly IActorRef _report;

        public Sleepy(IActorRef report)
        {
            _report = report;
            Context.SetReceiveTimeout(TimeSpan.FromMilliseconds(300));
        }

        protected override void OnReceive(object message)
        {
            if (message is ReceiveTimeout)
            {
                Context.SetReceiveTimeout(null);
                _report.Tell("asleep");
            }
            else if (message is Fail fail)
            {
                throw fail.Cause;
            }
        }
    }

    [Fact]
    public async Task A_receive_timeout_comes_after_silence_and_not_again_when_it_is_taken_back()
    {
        var probe = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Sleepy(probe.Ref)));
        await probe.ExpectMsgAsync("asleep");
        await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Some_messages_do_not_wake()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Sleepy(probe.Ref)));
        using var noise = new Timer(_ => actor.Tell(new Quiet(), ActorRefs.NoSender), null, 0, 10);
        await probe.ExpectMsgAsync("asleep");
    }

    private sealed class QuietTimer(IActorRef report) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Context.SetReceiveTimeout(TimeSpan.FromMilliseconds(300));
            Timers.StartPeriodicTimer("key", new Quiet(), TimeSpan.FromMilliseconds(10));
        }

        protected override void OnReceive(object message)
        {
            if (message is ReceiveTimeout)
                report.Tell("asleep");
        }
    }

    [Fact]
    public async Task Nor_do_they_when_they_come_from_a_timer()
    {
        Sys.ActorOf(Props.Create(() => new QuietTimer(TestActor)));
        await ExpectMsgAsync("asleep");
    }

    [Fact]
    public async Task It_comes_also_after_a_failure_that_is_forgiven()
    {
        var probe = CreateTestProbe();
        var child = await StartChild(StartParent(_ => Directive.Resume), Props.Create(() => new Sleepy(probe.Ref)));

        child.Tell(new Fail(new TestException("forgiven")), ActorRefs.NoSender);

        await probe.ExpectMsgAsync("asleep");
    }
}
