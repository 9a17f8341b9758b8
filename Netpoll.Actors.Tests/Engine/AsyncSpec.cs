using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Asynchronous handlers: still one message at a time, with the same context after an await.</summary>
public sealed class AsyncSpec : EngineSpec
{
    private sealed record Wait(string Name, Task Until);

    private sealed class Waiting : ReceiveActor
    {
        private readonly IActorRef _report;

        public Waiting(IActorRef report)
        {
            _report = report;
            ReceiveAsync<Wait>(async wait =>
            {
                report.Tell($"begin {wait.Name}");
                var (self, sender) = (Self, Sender);
                await wait.Until;
                await Task.Yield();
                if (!Equals(self, Context.Self) || !Equals(sender, Sender))
                    report.Tell("another context");
                Sender.Tell($"done {wait.Name}");
                report.Tell($"end {wait.Name}");
            });
            Receive<string>(text => report.Tell(text));
        }

        protected override void PreRestart(Exception reason, object? message) => _report.Tell($"PreRestart {reason.Message} {(message as Wait)?.Name}");
    }

    [Fact]
    public async Task No_other_message_is_handled_until_the_task_is_complete()
    {
        var probe = CreateTestProbe();
        var until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiting(probe.Ref)));

        actor.Tell(new Wait("one", until.Task), TestActor);
        actor.Tell("next", TestActor);

        await probe.ExpectMsgAsync("begin one");
        await probe.ExpectNoMsgAsync(Briefly);
        until.SetResult();
        await probe.ExpectMsgAsync("end one");
        await probe.ExpectMsgAsync("next");
        await ExpectMsgAsync("done one");
    }

    [Fact]
    public async Task A_task_that_is_complete_at_once_is_no_exception()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Waiting(probe.Ref)));
        for (var i = 0; i < 100; i++)
            actor.Tell(new Wait(i.ToString(System.Globalization.CultureInfo.InvariantCulture), Task.CompletedTask), TestActor);

        for (var i = 0; i < 100; i++)
        {
            await probe.ExpectMsgAsync($"begin {i}");
            await probe.ExpectMsgAsync($"end {i}");
            await ExpectMsgAsync($"done {i}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_that_fails_is_the_actors_failure(bool atOnce)
    {
        var probe = CreateTestProbe();
        var until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = await StartChild(StartParent(_ => Directive.Restart), Props.Create(() => new Waiting(probe.Ref)));
        if (atOnce)
            until.SetException(new TestException("boom"));

        child.Tell(new Wait("one", until.Task), TestActor);
        child.Tell("next", TestActor);
        await probe.ExpectMsgAsync("begin one");
        until.TrySetException(new TestException("boom"));

        await probe.ExpectMsgAsync("PreRestart boom one");
        await probe.ExpectMsgAsync("next");
    }

    [Fact]
    public async Task An_actor_that_is_stopped_meanwhile_ends()
    {
        var probe = CreateTestProbe();
        var until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiting(probe.Ref)));
        Watch(actor);
        actor.Tell(new Wait("one", until.Task), TestActor);
        await probe.ExpectMsgAsync("begin one");

        Sys.Stop(actor);

        await ExpectTerminatedAsync(actor);
        until.SetResult();
        await probe.ExpectNoMsgAsync(Briefly);
    }

    private sealed class Piping : ReceiveActor
    {
        public Piping()
        {
            Receive<Task<string>>(task => task.PipeTo(Sender, Self));
            Receive<Task<bool>>(task => task.PipeTo(Sender));
            Receive<Task<int>>(task => task.PipeTo(
                Sender, Self, number => $"success {number}", cause => $"failure {cause.Message}"));
        }
    }

    [Fact]
    public async Task A_task_may_be_piped_to_an_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Piping()));

        actor.Tell(Task.FromResult("result"), TestActor);
        await ExpectMsgAsync("result");
        Assert.Equal(actor, LastSender);

        actor.Tell(Task.FromException<string>(new TestException("boom")), TestActor);
        var failure = await ExpectMsgAsync<Status.Failure>();
        Assert.Equal("boom", Assert.IsType<TestException>(Unwrap(failure.Cause)).Message);

        actor.Tell(Task.FromResult(7), TestActor);
        await ExpectMsgAsync("success 7");

        actor.Tell(Task.FromResult(true), TestActor);
        await ExpectMsgAsync(true);
        Assert.True(LastSender.IsNobody());
    }

    private sealed class Leaving : ReceiveActor
    {
        public Leaving(IActorRef report)
        {
            Receive<Task>(until =>
            {
                LeaveAsync(until).PipeTo(report);
                report.Tell("left");
            });
        }

        // An actor's own method, but no longer its turn.
        private async Task<string> LeaveAsync(Task until)
        {
            await until.ConfigureAwait(false);
            return string.Join(' ', new Func<object>[] { () => Self, () => Sender, () => Context, Change }.Select(Outcome));
        }

        private static string Outcome(Func<object> use)
        {
            try
            {
                use();
                return "done";
            }
            catch (NotSupportedException)
            {
                return "refused";
            }
        }

        private Leaving Change()
        {
            Become(_ => true);
            return this;
        }
    }

    [Fact]
    public async Task Code_that_has_left_its_turn_has_no_context()
    {
        var until = new TaskCompletionSource();
        Sys.ActorOf(Props.Create(() => new Leaving(TestActor))).Tell(until.Task);
        await ExpectMsgAsync("left");

        // What waits goes on there. A thread of the pool may be another test's still.
        new Thread(until.SetResult).Start();

        await ExpectMsgAsync("refused refused refused refused");
    }

    private static Exception Unwrap(Exception cause) => cause is AggregateException { InnerException: { } inner } ? inner : cause;
}
