using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Asking, in time and not, and waiting for an end.</summary>
public sealed class AskSpec : EngineSpec
{
    private sealed class Answering : ReceiveActor
    {
        public Answering()
        {
            Receive<string>(message => message == "silence", _ => { });
            Receive<string>(message => message == "failure", _ => Sender.Tell(new Status.Failure(new TestException("boom"))));
            Receive<string>(message => message == "failure without a cause", _ => Sender.Tell(new Status.Failure(null!)));
            Receive<string>(message => message == "twice", _ =>
            {
                Sender.Tell("first");
                Sender.Tell("second");
            });
            Receive<IActorRef>(asker => asker.Tell("to the given reference"));
            Receive<string>(message => Sender.Tell($"answer to {message}"));
        }
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Answering()));

    [Fact]
    public async Task An_answer_completes_the_task()
    {
        var actor = Start();
        Assert.Equal("answer to question", await actor.Ask<string>("question", Patience));
        Assert.Equal("answer to question", await actor.Ask("question", Patience));
        Assert.Equal("first", await actor.Ask<string>("twice", Patience));
    }

    [Fact]
    public async Task No_answer_in_time_is_an_exception()
    {
        var actor = Start();
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("silence", Briefly));
    }

    [Fact]
    public async Task A_cancelled_wait_is_a_cancelled_task()
    {
        var actor = Start();
        using var cancellation = new CancellationTokenSource();
        var answer = actor.Ask<string>("silence", cancellation.Token);
        Assert.False(answer.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task A_failure_is_thrown()
    {
        var thrown = await Assert.ThrowsAsync<TestException>(() => Start().Ask<string>("failure", Patience));
        Assert.Equal("boom", thrown.Message);
    }

    [Fact]
    public async Task A_failure_is_thrown_also_at_whom_any_answer_is_good()
    {
        var actor = Start();
        await Assert.ThrowsAsync<TestException>(() => actor.Ask("failure", Patience));
        await Assert.ThrowsAsync<TestException>(() => actor.Ask<object>("failure", Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => actor.Ask("failure without a cause", Patience));
    }

    [Fact]
    public async Task A_failure_that_is_asked_for_is_an_answer()
    {
        var actor = Start();
        Assert.IsType<TestException>((await actor.Ask<Status.Failure>("failure", Patience)).Cause);
        Assert.IsType<Status.Failure>(await actor.Ask<Status>("failure", Patience));
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_exception() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Start().Ask<int>("question", Patience));

    [Fact]
    public async Task The_question_may_carry_who_asks() =>
        Assert.Equal("to the given reference", await Start().Ask<string>(asker => asker, Patience, CancellationToken.None));

    [Fact]
    public async Task Who_asks_an_actor_that_is_gone_waits_in_vain()
    {
        var actor = Start();
        Watch(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor);
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("question", Briefly));
    }

    [Fact]
    public async Task Many_may_ask_at_once()
    {
        var actor = Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => actor.Ask<string>($"{i}", Patience)));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"answer to {i}"), answers);
    }

    [Fact]
    public async Task A_graceful_stop_waits_for_the_end()
    {
        var actor = Start();
        Assert.True(await actor.GracefulStop(Patience));
        Watch(actor);
        await ExpectTerminatedAsync(actor);
    }

    private sealed class Stubborn : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task A_graceful_stop_that_takes_too_long_says_so()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stubborn()));
        Assert.False(await actor.GracefulStop(Briefly, "please"));
    }
}
