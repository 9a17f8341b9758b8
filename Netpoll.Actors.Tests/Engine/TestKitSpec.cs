using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>The test kit itself, as far as these tests lean on it.</summary>
public sealed class TestKitSpec : EngineSpec
{
    [Fact]
    public async Task What_is_expected_and_does_not_come_fails()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () => await ExpectMsgAsync<string>(Briefly));
        TestActor.Tell(1);
        await Assert.ThrowsAnyAsync<Exception>(async () => await ExpectMsgAsync<string>(Briefly));
        TestActor.Tell("a");
        await Assert.ThrowsAnyAsync<Exception>(async () => await ExpectMsgAsync("b", Briefly));
        TestActor.Tell("a");
        await Assert.ThrowsAnyAsync<Exception>(async () => await ExpectNoMsgAsync(Briefly));
    }

    [Fact]
    public async Task A_probe_answers_forwards_and_sends()
    {
        var (one, two) = (CreateTestProbe(), CreateTestProbe("named"));
        Assert.Equal("named", two.Ref.Path.Name);
        one.Ref.Tell("question", TestActor);
        await one.ExpectMsgAsync("question");
        Assert.Equal(TestActor, one.LastSender);
        one.Reply("answer");
        await ExpectMsgAsync("answer");
        one.Forward(two.Ref);
        await two.ExpectMsgAsync("question");
        Assert.Equal(TestActor, two.LastSender);
        one.Send(two.Ref, "sent");
        await two.ExpectMsgAsync("sent");
        Assert.Equal(one.Ref, two.LastSender);
    }

    [Fact]
    public async Task A_test_is_the_sender_of_what_it_tells_also_after_an_await()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("before");
        await probe.ExpectMsgAsync("before");
        Assert.Equal(TestActor, probe.LastSender);
        await Task.Yield();
        await Task.Delay(1);
        probe.Ref.Tell("after");
        await probe.ExpectMsgAsync("after");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public async Task Several_messages_at_once()
    {
        foreach (var message in new[] { "a", "b", "c", "d" })
            TestActor.Tell(message);
        Assert.Equal(["a", "b"], ReceiveN(2).Cast<string>());
        ExpectMsgAllOf("d", "c");
        TestActor.Tell(1);
        TestActor.Tell("e");
        Assert.Equal("e", await FishForMessageAsync<string>(message => message == "e"));
        Assert.False(HasMessages);
    }

    [Fact]
    public void Time_may_be_short()
    {
        Within(Patience, () =>
        {
            TestActor.Tell("a");
            ExpectMsg("a");
            Assert.True(Remaining <= Patience);
        });
        Assert.ThrowsAny<Exception>(() => Within(Briefly, () => ExpectMsg<string>()));
    }

    [Fact]
    public async Task An_auto_pilot_answers()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"auto {message}", ActorRefs.NoSender);
            return AutoPilot.KeepRunning;
        }));
        probe.Ref.Tell("a", TestActor);
        probe.Ref.Tell("b", TestActor);
        await ExpectMsgAsync("auto a");
        await ExpectMsgAsync("auto b");
        await probe.ExpectMsgAsync("a");
    }

    [Fact]
    public async Task A_condition_is_waited_for()
    {
        var count = 0;
        await AwaitConditionAsync(() => Task.FromResult(++count == 3), Patience);
        await AwaitAssertAsync(() => Assert.Equal(6, ++count));
        Assert.ThrowsAny<Exception>(() => AwaitCondition(() => false, Briefly));
    }

    [Fact]
    public async Task No_longer_is_slept_than_there_is_time()
    {
        var (looks, tooLong) = (0, TimeSpan.FromHours(1));
        await AwaitConditionAsync(() => Task.FromResult(++looks == 2), Briefly, tooLong).WaitAsync(Patience);
        Action never = () => throw new TestException("never");
        await Assert.ThrowsAsync<TestException>(() => AwaitAssertAsync(never, Briefly, tooLong).WaitAsync(Patience));
    }

    [Fact]
    public void Of_several_each_is_another_message()
    {
        TestActor.Tell("a");
        TestActor.Tell("b");
        Assert.ThrowsAny<Exception>(() => ExpectMsgAllOf("a", "a"));
        TestActor.Tell("a");
        TestActor.Tell("a");
        ExpectMsgAllOf("a", "a");
    }

    [Fact]
    public void Collections_are_compared_by_their_elements()
    {
        int[] expected = [1, 2];
        TestActor.Tell(new[] { 1, 2 });
        ExpectMsg(expected);
        TestActor.Tell(new[] { 1, 3 });
        var failure = Assert.ThrowsAny<Exception>(() => ExpectMsg(expected, hint: "why"));
        Assert.Contains("[1, 2]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 3]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_system_is_terminated_as_well()
    {
        var system = ActorSystem.Create("given");
        new Akka.TestKit.Xunit2.TestKit(system).Dispose();
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_child_that_fails_is_stopped()
    {
        var probe = CreateTestProbe();
        foreach (var parent in new TestKitBase[] { this, CreateTestProbe() })
        {
            var child = parent.ChildActorOf(Props.Create(() => new Reporting(probe.Ref)));
            await probe.WatchAsync(child);
            child.Tell(new Fail(new TestException("boom")));
            foreach (var hook in new[] { "constructor", "PreStart", "PostStop" })
                await probe.ExpectMsgAsync(hook);
            await probe.ExpectTerminatedAsync(child);
        }
    }

    [Fact]
    public void Where_nothing_was_received_there_is_no_last_message()
    {
        var probe = CreateTestProbe();
        HasNoLast();
        probe.Ref.Tell("a", TestActor);
        Assert.Equal("a", probe.PeekOne());
        Assert.Equal("a", probe.LastMessage);
        probe.ExpectMsg("a");
        Assert.Equal(TestActor, probe.Sender);
        probe.ExpectNoMsg(TimeSpan.Zero);
        HasNoLast();
        probe.Ref.Tell("b", TestActor);
        probe.ExpectMsg("b");
        Assert.Null(probe.ReceiveOne(TimeSpan.Zero));
        HasNoLast();
        probe.Ref.Tell("c", TestActor);
        probe.ExpectMsg("c");
        Assert.Empty(probe.ReceiveWhile<object>(TimeSpan.Zero, static message => message));
        HasNoLast();

        void HasNoLast()
        {
            Assert.Throws<IllegalActorStateException>(() => probe.LastMessage);
            Assert.Throws<IllegalActorStateException>(() => probe.LastSender);
            Assert.Throws<IllegalActorStateException>(() => probe.Sender);
            Assert.Throws<IllegalActorStateException>(() => probe.Reply("answer"));
            Assert.Throws<IllegalActorStateException>(() => probe.Forward(TestActor));
            Assert.Throws<IllegalActorStateException>(() => probe.Forward(TestActor, "message"));
        }
    }
}
