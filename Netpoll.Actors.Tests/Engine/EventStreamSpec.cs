using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Who hears of what is published, and what becomes of messages that reach nobody.</summary>
public sealed class EventStreamSpec : EngineSpec
{
    private interface IFruit;

    private record Food;

    private sealed record Apple : Food, IFruit;

    private sealed record Bread : Food;

    private sealed record Whisper : IDeadLetterSuppression;

    private sealed class Publisher : UntypedActor
    {
        protected override void OnReceive(object message) => Context.System.EventStream.Publish(message);
    }

    [Fact]
    public async Task Subscribers_hear_of_a_class_its_subclasses_and_implementations()
    {
        var (food, fruit, bread) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Assert.True(Sys.EventStream.Subscribe(food.Ref, typeof(Food)));
        Assert.False(Sys.EventStream.Subscribe(food.Ref, typeof(Food)));
        Sys.EventStream.Subscribe<IFruit>(fruit.Ref);
        Sys.EventStream.Subscribe(bread.Ref, typeof(Bread));

        Sys.EventStream.Publish(new Apple());
        Sys.EventStream.Publish(new Bread());

        await food.ExpectMsgAsync(new Apple());
        await food.ExpectMsgAsync(new Bread());
        await fruit.ExpectMsgAsync(new Apple());
        await bread.ExpectMsgAsync(new Bread());
        await fruit.ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task Who_unsubscribed_hears_no_more()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Apple));
        Sys.EventStream.Subscribe(TestActor, typeof(Bread));
        Sys.EventStream.Unsubscribe(TestActor, typeof(Apple));
        Sys.EventStream.Publish(new Apple());
        Sys.EventStream.Publish(new Bread());
        await ExpectMsgAsync(new Bread());

        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish(new Bread());
        await ExpectNoMsgAsync(Briefly);
    }

    [Fact]
    public async Task A_subclass_can_be_taken_out_of_a_subscription()
    {
        Assert.False(Sys.EventStream.Unsubscribe(TestActor, typeof(Apple)));
        Sys.EventStream.Subscribe(TestActor, typeof(Food));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Apple)));
        Sys.EventStream.Publish(new Apple());
        Sys.EventStream.Publish(new Bread());
        await ExpectMsgAsync(new Bread());

        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Apple)));
        Sys.EventStream.Publish(new Apple());
        await ExpectMsgAsync(new Apple());
    }

    [Fact]
    public async Task Who_hears_of_an_event_hears_who_published_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Bread));
        var publisher = Sys.ActorOf(Props.Create(() => new Publisher()));
        publisher.Tell(new Bread());
        await ExpectMsgAsync(new Bread());
        Assert.Equal(publisher, LastSender);
    }

    [Fact]
    public async Task A_message_to_the_dead_letters_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell("lost", ActorRefs.NoSender);
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal("lost", letter.Message);
    }

    [Fact]
    public async Task Some_dead_letters_are_suppressed()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell(new Whisper(), ActorRefs.NoSender);
        var letter = await ExpectMsgAsync<SuppressedDeadLetter>();
        Assert.Equal(new Whisper(), letter.Message);
    }

    [Fact]
    public async Task A_dropped_message_is_published_like_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.EventStream.Publish(new Dropped("lost", "no room", TestActor));
        var dropped = await ExpectMsgAsync<Dropped>();
        Assert.Equal("lost", dropped.Message);
        Assert.Equal("no room", dropped.Reason);
        Assert.Equal(TestActor, dropped.Recipient);
    }

    [Fact]
    public void A_dead_letter_has_a_sender_and_a_recipient()
    {
        Assert.Throws<ArgumentNullException>("sender", () => new DeadLetter("lost", null!, TestActor));
        Assert.Throws<ArgumentNullException>("recipient", () => new DeadLetter("lost", TestActor, null!));
        Assert.Throws<ArgumentNullException>("sender", () => new SuppressedDeadLetter(new Whisper(), null!, TestActor));
        Assert.Throws<ArgumentNullException>("recipient", () => new SuppressedDeadLetter(new Whisper(), TestActor, null!));
    }

    [Fact]
    public void A_message_cannot_be_null() => Assert.ThrowsAny<Exception>(() => Sys.DeadLetters.Tell(null!, ActorRefs.NoSender));
}
