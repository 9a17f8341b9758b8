using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Which lines an event filter takes, and how long it waits for them.</summary>
public sealed class EventFilterSpec : EngineSpec
{
    [Fact]
    public void None_is_expected_for_the_whole_time()
    {
        EventFilter.Info("late").Expect(0, Briefly, () => Log.Info("other"));
        var failure = Assert.ThrowsAny<Exception>(() => EventFilter.Info("late").Expect(0, Patience, () => LogLater("late")));
        Assert.Contains("late", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_does_not_come_is_named()
    {
        var failure = Assert.ThrowsAny<Exception>(() => EventFilter.Warning(contains: "absent", source: "who").ExpectOne(Briefly, static () => { }));
        Assert.Contains("absent", failure.Message, StringComparison.Ordinal);
        Assert.Contains("who", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Case_does_not_matter()
    {
        Fits(EventFilter.Info("A LINE"), Line("a line"));
        Fits(EventFilter.Info(start: "A L"), Line("a line"));
        Fits(EventFilter.Info(contains: "LIN"), Line("a line"));
        FitsNot(EventFilter.Info("A LIN"), Line("a line"));
        FitsNot(EventFilter.Info(start: "LIN"), Line("a line"));
        FitsNot(EventFilter.Exception<TestException>(new Regex("A LINE")), Failure("cause", "a line"));
    }

    [Fact]
    public void What_is_given_first_decides()
    {
        Fits(EventFilter.Info(message: "a line", start: "not", contains: "not"), Line("a line"));
        Fits(EventFilter.Info(start: "a l", contains: "not"), Line("a line"));
        FitsNot(EventFilter.Info(message: "not", start: "a l", contains: "lin"), Line("a line"));
    }

    [Fact]
    public void An_error_also_has_the_text_of_its_exception()
    {
        Fits(EventFilter.Error("cause"), Failure("cause", "a line"));
        Fits(EventFilter.Error(contains: "lin"), Failure("cause", "a line"));
        Fits(EventFilter.Exception<TestException>(start: "cau"), Failure("cause", "a line"));
        Fits(EventFilter.Exception<TestException>(new Regex("^cause$")), Failure("cause", "a line"));
        Fits(EventFilter.Exception<TestException>(new Regex("^a line$")), Failure("cause", "a line"));
        FitsNot(EventFilter.Error("other"), Failure("cause", "a line"));
        FitsNot(EventFilter.Exception<ArgumentException>(), Failure("cause", "a line"));
        FitsNot(EventFilter.Warning(contains: "cause"), new Warning(new TestException("cause"), "source", typeof(EventFilterSpec), "a line"));
    }

    [Fact]
    public void A_source_is_whole_or_a_path_without_its_address()
    {
        var line = new Info("akka://test/user/act", typeof(EventFilterSpec), "a line");
        Fits(EventFilter.Info(source: "akka://test/USER/act"), line);
        Fits(EventFilter.Info(source: "/user/ACT"), line);
        FitsNot(EventFilter.Info(source: "act"), line);
        FitsNot(EventFilter.Info(source: "/act"), line);
        Fits(EventFilter.Info(source: "SOURCE"), Line("a line"));
        FitsNot(EventFilter.Info(source: "urce"), Line("a line"));
    }

    [Fact]
    public void What_throws_does_not_fit()
    {
        FitsNot(EventFilter.Custom(static _ => throw new TestException("predicate")), Line("a line"));
        var unprintable = new Info("source", typeof(EventFilterSpec), new Unprintable());
        Fits(EventFilter.Info(contains: "a").And.Custom(static line => line.Message is Unprintable), unprintable);
    }

    [Fact]
    public void A_dead_letter_is_a_warning_of_whom_it_was_for()
    {
        var gone = Sys.ActorOf(Props.Create(static () => new Reporting(ActorRefs.Nobody)), "gone");
        Watch(gone);
        Sys.Stop(gone);
        ExpectTerminated(gone);
        EventFilter.DeadLetter<string>(source: "/user/GONE").ExpectOne(() => gone.Tell("lost"));
        EventFilter.Warning(contains: "lost").ExpectOne(() => gone.Tell("lost"));
    }

    private static Info Line(string text) => new("source", typeof(EventFilterSpec), text);

    private static Error Failure(string cause, string text) => new(new TestException(cause), "source", typeof(EventFilterSpec), text);

    private void Fits(IEventFilterApplier filter, LogEvent line) => filter.ExpectOne(() => Sys.EventStream.Publish(line));

    /// <summary>Only the line that follows may be counted.</summary>
    private void FitsNot(IEventFilterApplier filter, LogEvent line) => filter.And.Info("end").ExpectOne(() =>
    {
        Sys.EventStream.Publish(line);
        Sys.EventStream.Publish(Line("end"));
    });

    /// <summary>Half-way to the second look of what expects lines, and each apart from the one before it.</summary>
    private void LogLater(string line) => _ = Task.Run(async () =>
    {
        await Task.Delay(Briefly / 2);
        Log.Info(line);
    });

    private sealed class Unprintable
    {
        public override string ToString() => throw new TestException("rendering");
    }
}
