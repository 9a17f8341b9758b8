using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Behaviours: become, stack, handlers by type, and what nobody handles.</summary>
public sealed class BehaviorSpec : EngineSpec
{
    private sealed class Switching : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "angry":
                    Become(Angry);
                    break;
                case "nested":
                    BecomeStacked(Angry);
                    break;
                default:
                    Sender.Tell($"calm {message}");
                    break;
            }
        }

        private void Angry(object message)
        {
            switch (message)
            {
                case "calm down":
                    UnbecomeStacked();
                    break;
                case "mute":
                    BecomeStacked(_ => { });
                    break;
                case "first":
                    Become(OnReceive);
                    break;
                default:
                    Sender.Tell($"angry {message}");
                    break;
            }
        }
    }

    [Fact]
    public async Task Become_replaces_the_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));
        actor.Tell("a");
        await ExpectMsgAsync("calm a");
        actor.Tell("angry", TestActor);
        actor.Tell("b", TestActor);
        await ExpectMsgAsync("angry b");
        actor.Tell("first", TestActor);
        actor.Tell("c", TestActor);
        await ExpectMsgAsync("calm c");
    }

    [Fact]
    public async Task BecomeStacked_goes_back_to_the_behaviour_below()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));
        foreach (var message in new[] { "nested", "a", "calm down", "b", "nested", "c" })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync("angry a");
        await ExpectMsgAsync("calm b");
        await ExpectMsgAsync("angry c");
    }

    [Fact]
    public async Task A_restart_begins_with_the_first_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Breaking()));
        foreach (var message in new[] { "other", "a", "break", "b" })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync("other a");
        await ExpectMsgAsync("first b");
    }

    private sealed class Breaking : ReceiveActor
    {
        public Breaking()
        {
            Receive<string>(message => message == "other", _ => Become(() => Receive<string>(Other)));
            Receive<string>(message => Sender.Tell($"first {message}"));
        }

        private void Other(string message)
        {
            if (message == "break")
                throw new TestException("break");
            Sender.Tell($"other {message}");
        }
    }

    private sealed class ByType : ReceiveActor
    {
        public ByType()
        {
            Receive<int>(number => number > 100, _ => Sender.Tell("large"));
            Receive<int>(number =>
            {
                if (number < 0)
                    return false;
                Sender.Tell("small");
                return true;
            });
            Receive<string>(text => Sender.Tell("first " + text));
            Receive<string>(text => Sender.Tell("never " + text));
            Receive(typeof(DateTime), _ => Sender.Tell("time"));
            Receive<IComparable>(_ => Sender.Tell("comparable"));
        }
    }

    [Fact]
    public async Task Handlers_are_tried_in_the_order_in_which_they_were_given()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ByType()));
        foreach (var (message, answer) in new (object, string)[]
        {
            (101, "large"), (100, "small"), (-1, "comparable"), ("a", "first a"), (DateTime.UnixEpoch, "time"), (1.5, "comparable"),
        })
        {
            actor.Tell(message, TestActor);
            await ExpectMsgAsync(answer);
        }
    }

    [Fact]
    public async Task What_nobody_handles_is_published()
    {
        var unhandled = CreateTestProbe();
        Sys.EventStream.Subscribe(unhandled.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new ByType()));
        var message = new object();

        actor.Tell(message, TestActor);

        var published = await unhandled.ExpectMsgAsync<UnhandledMessage>();
        Assert.Same(message, published.Message);
        Assert.Equal(actor, published.Recipient);
        Assert.Equal(TestActor, published.Sender);
    }

    private sealed class Everything : ReceiveActor
    {
        public Everything()
        {
            Receive<string>(_ => Sender.Tell("text"));
            ReceiveAny(_ => Sender.Tell("any"));
        }
    }

    [Fact]
    public async Task ReceiveAny_takes_the_rest()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Everything()));
        actor.Tell("a", TestActor);
        actor.Tell(1, TestActor);
        await ExpectMsgAsync("text");
        await ExpectMsgAsync("any");
    }

    private sealed class TooLate : ReceiveActor
    {
        public TooLate()
        {
            Receive<string>(_ =>
            {
                try
                {
                    Receive<int>(static number => { });
                }
                catch (InvalidOperationException)
                {
                    Sender.Tell("refused");
                }
            });
        }
    }

    [Fact]
    public async Task A_handler_cannot_be_added_while_a_message_is_handled()
    {
        Sys.ActorOf(Props.Create(() => new TooLate())).Tell("try", TestActor);
        await ExpectMsgAsync("refused");
    }
}
