using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>What telling promises: order between two actors, one message at a time, nothing lost, dead letters at the end.</summary>
public sealed class TellSpec : EngineSpec
{
    private sealed record Numbered(int Producer, int Number);

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    [Fact]
    public async Task An_answer_goes_to_who_told()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>(), "echo");

        echo.Tell("hello");

        Assert.Equal("hello", await ExpectMsgAsync<string>());
        Assert.Equal(echo, LastSender);
    }

    private sealed class SenderTelling(IActorRef report) : UntypedActor
    {
        protected override void OnReceive(object message) =>
            report.Tell(Sender.IsNobody() ? "nobody" : Sender.GetOrElse(() => ActorRefs.Nobody));
    }

    [Fact]
    public async Task A_message_may_come_from_nobody()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SenderTelling(TestActor)));
        actor.Tell("from nobody", ActorRefs.NoSender);
        await ExpectMsgAsync("nobody");
        actor.Tell("from the test", TestActor);
        await ExpectMsgAsync(TestActor);
    }

    [Fact]
    public async Task Messages_of_each_of_several_tellers_keep_their_order_and_none_is_lost()
    {
        const int Producers = 4;
        const int Messages = 50_000;
        var done = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = Sys.ActorOf(Props.Create(() => new OrderChecker(Producers, Messages, done)));

        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++)
                counter.Tell(new Numbered(producer, i), ActorRefs.NoSender);
        })));

        Assert.Null(await done.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class OrderChecker(int producers, int messages, TaskCompletionSource<string?> done) : UntypedActor
    {
        private readonly int[] _next = new int[producers];
        private int _inside;
        private int _count;

        protected override void OnReceive(object message)
        {
            if (Interlocked.Increment(ref _inside) != 1)
                done.TrySetResult("two at a time");
            var numbered = (Numbered)message;
            if (_next[numbered.Producer]++ != numbered.Number)
                done.TrySetResult($"{numbered} came too soon or too late");
            if (++_count == producers * messages)
                done.TrySetResult(null);
            Interlocked.Decrement(ref _inside);
        }
    }
}
