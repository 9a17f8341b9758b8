using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Timers by key, and the scheduler.</summary>
public sealed class TimersSpec : EngineSpec
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    private sealed class Timed : UntypedActor, IWithTimers
    {
        private readonly IActorRef _report;

        public Timed(IActorRef report)
        {
            _report = report;
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is Action<ITimerScheduler> action)
                action(Timers);
            else if (message is Fail fail)
                throw fail.Cause;
            else
                _report.Tell(message);
        }
    }

    private (IActorRef Actor, TestProbe Probe) StartTimed()
    {
        var probe = CreateTestProbe();
        return (Sys.ActorOf(Props.Create(() => new Timed(probe.Ref))), probe);
    }

    private static void With(IActorRef actor, Action<ITimerScheduler> action) => actor.Tell(action, ActorRefs.NoSender);

    [Fact]
    public async Task A_single_timer_comes_once()
    {
        var (actor, probe) = StartTimed();
        With(actor, timers => timers.StartSingleTimer("key", "tick", s_soon));
        await probe.ExpectMsgAsync("tick");
        await probe.ExpectNoMsgAsync(Briefly);
        With(actor, timers => TestActor.Tell(timers.IsTimerActive("key"), ActorRefs.NoSender));
        await ExpectMsgAsync(false);
    }

    private sealed class TimedFromTheStart : ReceiveActor, IWithTimers
    {
        public TimedFromTheStart(IActorRef report)
        {
            Timers.StartSingleTimer("key", "tick", s_soon);
            Receive<Fail>(fail => throw fail.Cause);
            Receive<string>(message => report.Tell(message));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    [Fact]
    public async Task A_constructor_may_start_a_timer()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new TimedFromTheStart(probe.Ref)));
        await probe.ExpectMsgAsync("tick");
        actor.Tell(new Fail(new TestException("restart")));
        await probe.ExpectMsgAsync("tick");
    }

    [Fact]
    public async Task A_timer_that_could_not_be_started_is_not_active()
    {
        var (actor, probe) = StartTimed();
        With(actor, timers =>
        {
            timers.StartSingleTimer("key", "before", s_soon);
            Assert.Throws<ArgumentOutOfRangeException>(() => timers.StartSingleTimer("key", "never", TimeSpan.FromMilliseconds(-40)));
            probe.Ref.Tell(timers.IsTimerActive("key"), ActorRefs.NoSender);
        });
        await probe.ExpectMsgAsync(false);
        await probe.ExpectNoMsgAsync(Briefly);
    }

    private sealed class SenderTelling(IActorRef report) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartSingleTimer("key", "tick", s_soon);

        protected override void OnReceive(object message) => report.Tell(Sender.IsNobody());
    }

    [Fact]
    public async Task A_timer_s_message_comes_from_nobody()
    {
        Sys.ActorOf(Props.Create(() => new SenderTelling(TestActor)));
        await ExpectMsgAsync(true);
    }

    [Fact]
    public async Task A_periodic_timer_comes_until_it_is_cancelled()
    {
        var (actor, probe) = StartTimed();
        With(actor, timers => timers.StartPeriodicTimer("key", "tick", s_soon));
        for (var i = 0; i < 3; i++)
            await probe.ExpectMsgAsync("tick");
        With(actor, timers =>
        {
            timers.Cancel("key");
            probe.Ref.Tell("cancelled", ActorRefs.NoSender);
        });
        await probe.FishForMessageAsync<string>(message => message == "cancelled");
        await probe.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_new_timer_takes_the_place_of_the_one_with_its_key()
    {
        var (actor, probe) = StartTimed();
        With(actor, timers =>
        {
            timers.StartSingleTimer("key", "old", s_soon);
            timers.StartSingleTimer("other", "other", TimeSpan.FromMinutes(5));
            timers.StartSingleTimer("key", "new", s_soon);
        });
        await probe.ExpectMsgAsync("new");
        await probe.ExpectNoMsgAsync(Briefly);
        With(actor, timers => TestActor.Tell(timers.IsTimerActive("other"), ActorRefs.NoSender));
        await ExpectMsgAsync(true);
    }

    [Fact]
    public async Task Not_even_a_message_that_waits_already_comes_from_a_cancelled_timer()
    {
        var (actor, probe) = StartTimed();
        var due = new ManualResetEventSlim();
        With(actor, timers =>
        {
            timers.StartSingleTimer("key", "late", s_soon);
            due.Wait(TimeSpan.FromMilliseconds(200));
            timers.Cancel("key");
        });
        actor.Tell("after", ActorRefs.NoSender);
        await probe.ExpectMsgAsync("after");
        await probe.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_restart_cancels_all_timers()
    {
        var probe = CreateTestProbe();
        var child = await StartChild(StartParent(_ => Directive.Restart), Props.Create(() => new Timed(probe.Ref)));
        With(child, timers => timers.StartPeriodicTimer("key", "tick", s_soon));
        await probe.ExpectMsgAsync("tick");

        child.Tell(new Fail(new TestException("boom")));
        child.Tell("restarted");

        await probe.FishForMessageAsync<string>(message => message == "restarted");
        await probe.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task The_scheduler_tells_once()
    {
        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "once", ActorRefs.NoSender);
        await ExpectMsgAsync("once");
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task The_scheduler_tells_repeatedly_until_it_is_cancelled()
    {
        var cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(s_soon, s_soon, TestActor, "again", ActorRefs.NoSender);
        for (var i = 0; i < 3; i++)
            await ExpectMsgAsync("again");
        cancelable.Cancel();
        TestActor.Tell("cancelled", ActorRefs.NoSender);
        await FishForMessageAsync<string>(message => message == "cancelled");

        // One may have been on its way.
        ReceiveWhile<string>(Briefly, message => (message as string)!, msgs: 1);
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task The_scheduler_calls()
    {
        Sys.Scheduler.Advanced.ScheduleOnce(s_soon, () => TestActor.Tell("called", ActorRefs.NoSender));
        await ExpectMsgAsync("called");
    }

    [Fact]
    public async Task What_is_cancelled_before_it_is_due_does_not_happen()
    {
        TestProbe probe;
        long began;
        do
        {
            // On a busy machine it may be due before this thread's next turn.
            probe = CreateTestProbe();
            began = System.Diagnostics.Stopwatch.GetTimestamp();
            var cancelable = Sys.Scheduler.ScheduleTellOnceCancelable(Briefly, probe.Ref, "never", ActorRefs.NoSender);
            cancelable.Cancel();
            Assert.True(cancelable.IsCancellationRequested);
        }
        while (System.Diagnostics.Stopwatch.GetElapsedTime(began) >= Briefly);

        await probe.ExpectNoMsgAsync(3 * Briefly);
    }
}
