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
    public void A_message_cannot_be_null() => Assert.ThrowsAny<Exception>(() => Sys.DeadLetters.Tell(null!, ActorRefs.NoSender));
}
