using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>What is logged, at which level, in whose name; and the test kit's filters.</summary>
public sealed class LoggingSpec() : EngineSpec(
    """
    akka.loglevel = INFO
    akka.log-dead-letters = 3
    akka.log-dead-letters-suspend-duration = 1ms
    akka.actor.debug.unhandled = on
    """)
{
    private const string HowToTurnOff =
        "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.";

    private sealed class Chatty : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message)
        {
            if (_log.IsDebugEnabled)
                Sender.Tell("debug is on");
            _log.Debug("debug {0}", message);
            _log.Info("info {0} {1}", message, 2);
            _log.Warning("warning {0}", message);
            _log.Error(new TestException("cause"), "error {0}", message);
            Sender.Tell("logged");
        }
    }

    /// <summary>Counts how often it was formatted.</summary>
    private sealed class Counted
    {
        public int Times { get; private set; }

        public override string ToString() => $"time {++Times}";
    }

    /// <summary>Listens when it is there: before, dead letters are not logged.</summary>
    private async Task ListenForDeadLetters()
    {
        await Sys.ActorSelection("/system/deadLetterListener").ResolveOne(Patience);
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
    }

    private async Task<Info> NextDeadLetter() =>
        await FishForMessageAsync<Info>(line => line.Message.ToString()!.Contains(HowToTurnOff, StringComparison.Ordinal));

    [Fact]
    public async Task Lines_of_the_level_and_above_are_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.Debug));
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Chatty()), "chatty");

        actor.Tell("a", probe.Ref);

        await probe.ExpectMsgAsync("logged");
        var info = await FishForMessageAsync<Info>(line => line.LogSource.Contains("chatty", StringComparison.Ordinal));
        Assert.Equal("info a 2", info.Message.ToString());
        Assert.Equal(typeof(Chatty), info.LogClass);
        Assert.Equal(LogLevel.InfoLevel, info.LogLevel());
        var warning = await FishForMessageAsync<Warning>(line => line.LogSource.Contains("chatty", StringComparison.Ordinal));
        Assert.Equal("warning a", warning.Message.ToString());
        var error = await FishForMessageAsync<Error>(line => line.LogSource.Contains("chatty", StringComparison.Ordinal));
        Assert.Equal("error a", error.Message.ToString());
        Assert.IsType<TestException>(error.Cause);
    }

    [Fact]
    public void A_filter_expects_lines()
    {
        var log = Logging.GetLogger(Sys, "source");
        EventFilter.Warning(message: "exactly").ExpectOne(() => log.Warning("exactly"));
        EventFilter.Info(start: "beg").ExpectOne(() => log.Info("begins {0}", 1));
        EventFilter.Error(contains: "dd").Expect(2, () =>
        {
            log.Error("middle");
            log.Error(new TestException("x"), "addled");
        });
        EventFilter.Exception<TestException>().ExpectOne(() => log.Error(new TestException("boom"), "why"));
        EventFilter.Info().Expect(0, Briefly, () => log.Warning("other"));
    }

    [Fact]
    public void A_filter_that_is_not_met_fails() => Assert.ThrowsAny<Exception>(() =>
        EventFilter.Warning(message: "exactly").ExpectOne(TimeSpan.FromMilliseconds(50), () => Logging.GetLogger(Sys, "source").Warning("other")));

    [Fact]
    public void A_filter_expects_dead_letters() =>
        EventFilter.DeadLetter<string>().ExpectOne(() => Sys.DeadLetters.Tell("lost", ActorRefs.NoSender));

    [Fact]
    public void Levels_have_names()
    {
        Assert.Equal(LogLevel.DebugLevel, Logging.LogLevelFor("DEBUG"));
        Assert.Equal(LogLevel.WarningLevel, Logging.LogLevelFor("warning"));
        Assert.Equal("ERROR", LogLevel.ErrorLevel.StringFor());
        Assert.Equal(typeof(Info), LogLevel.InfoLevel.ClassFor());
    }

    [Theory]
    [InlineData("user {Name}", "user x", "x")]
    [InlineData("{A} {B} {A}", "1 2 3", 1, 2, 3)]
    [InlineData("{A}, {B:N1}", "1, {B}", 1)]
    [InlineData("{A}", "1", 1, 2)]
    [InlineData("{@A} {$B} {C:N0}", "1 2 3", 1, 2, 3)]
    [InlineData("[{A,3}] [{B,-3}] [{ C , 3 :N0}]", "[  1] [2  ] [  3]", 1, 2, 3)]
    [InlineData("{A:HH:mm}", "text", "text")]
    [InlineData("{A:Z} {B,wide}", "1 2", 1, 2)]
    [InlineData("{A}", "null", null)]
    [InlineData("{{A}} {{{A}}} } {", "{A} {1} } {", 1)]
    [InlineData("{{no}} } hole {", "{no} } hole {", 1)]
    [InlineData("{A", "{A", 1)]
    [InlineData("{} {A}", " 1", 1)]
    [InlineData("{1} {0} {{0}}", "a b {0}", "b", "a")]
    [InlineData("{0,3:N0}|", "  1|", 1)]
    public void A_template_has_names_or_numbers(string template, string text, params object?[]? args) =>
        Assert.Equal(text, Logging.GetLogger(Sys, "source").Formatter.Format(template, args ?? [null]));

    [Theory]
    [InlineData("{0} {1}", "1", 1)]
    [InlineData("{0:Z}", "1", 1)]
    [InlineData("{0} {A}", "1, 2", 1, 2)]
    [InlineData("{0} { ", "1", 1)]
    public async Task A_template_that_cannot_be_formatted_is_logged_as_it_is(string template, string shown, params object[] args)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var log = Logging.GetLogger(Sys, "source");

        log.Info(template, args);

        var line = await ExpectMsgAsync<Info>();
        var text = $"[INVALID LOG FORMAT] str=[{template}], args=[{shown}]. Please fix the format string in the logging call site.";
        Assert.Equal(text, line.Message.ToString());
        Assert.EndsWith(text, line.ToString(), StringComparison.Ordinal);
        Assert.Equal(text, DefaultLogMessageFormatter.Instance.Format(template, args));
        EventFilter.Info(text).ExpectOne(() => log.Info(template, args));
    }

    [Fact]
    public async Task A_template_is_formatted_by_who_reads_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var log = Logging.GetLogger(Sys, "source");
        var (off, on) = (new Counted(), new Counted());

        log.Debug("{A}", off);
        log.Info("{A}", on);

        var message = Assert.IsAssignableFrom<LogMessage>((await ExpectMsgAsync<Info>()).Message);
        Assert.Equal(("{A}", on), (message.Format, Assert.Single(message.Parameters())));
        Assert.StartsWith("time ", message.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, off.Times);
    }

    [Fact]
    public async Task Who_logs_has_a_name_and_a_class()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        await Expect(Logging.GetLogger(Sys, "source"), $"source ({Sys})", typeof(DummyClassForStringSources));
        await Expect(Logging.GetLogger(Sys, typeof(Chatty)), $"Chatty ({Sys})", typeof(Chatty));
        await Expect(Logging.GetLogger(Sys, new Counted()), $"Counted ({Sys})", typeof(Counted));
        await Expect(Logging.GetLogger(Sys, TestActor), TestActor.Path.ToString(), TestActor.GetType());
        await Expect(Logging.GetLogger(Sys.EventStream, "source"), "source", typeof(DummyClassForStringSources));
        await Expect(Logging.GetLogger(Sys.EventStream, typeof(Chatty)), "Chatty", typeof(Chatty));
        await Expect(Logging.GetLogger(Sys.EventStream, TestActor), TestActor.Path.ToString(), TestActor.GetType());

        async Task Expect(ILoggingAdapter log, string source, Type logClass)
        {
            log.Info("said");
            var line = await ExpectMsgAsync<Info>();
            Assert.Equal((source, logClass), (line.LogSource, line.LogClass));
        }
    }

    [Fact]
    public async Task A_dead_letter_is_logged_in_the_name_of_whom_it_was_for()
    {
        await ListenForDeadLetters();
        var gone = Sys.ActorOf(Props.Create(() => new Chatty()), "gone");
        await gone.GracefulStop(Patience);

        gone.Tell("lost", TestActor);
        var line = await NextDeadLetter();
        Assert.Equal((gone.Path.ToString(), gone.GetType()), (line.LogSource, line.LogClass));
        Assert.Equal(
            $"Message [String] from {TestActor} to {gone} was not delivered. [1] dead letters encountered. If this is not an expected behavior then "
            + $"{gone} may have terminated unexpectedly. {HowToTurnOff} Message content: lost",
            line.Message.ToString());

        Sys.EventStream.Publish(new Dropped(7, "No room", TestActor));
        line = await NextDeadLetter();
        Assert.Equal(TestActor.Path.ToString(), line.LogSource);
        Assert.Equal(
            $"Message [Int32] to {TestActor} was dropped. No room. [2] dead letters encountered. {HowToTurnOff} Message content: 7",
            line.Message.ToString());

        Sys.EventStream.Publish(new UnhandledMessage(7, TestActor, gone));
        line = await NextDeadLetter();
        Assert.StartsWith($"Message [Int32] from {TestActor} to {gone} was unhandled. [3] dead letters encountered, ", line.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_that_were_not_logged_are_counted()
    {
        await ListenForDeadLetters();
        for (var i = 1; i <= 3; i++)
            Sys.DeadLetters.Tell(i, ActorRefs.NoSender);
        Assert.Contains("[1] dead letters encountered. ", (await NextDeadLetter()).Message.ToString(), StringComparison.Ordinal);
        await NextDeadLetter();
        Assert.Contains(
            "[3] dead letters encountered, no more dead letters will be logged in next [00:00:00.0010000]. ",
            (await NextDeadLetter()).Message.ToString(),
            StringComparison.Ordinal);

        // Until one comes after the pause.
        var line = "";
        await AwaitAssertAsync(async () =>
        {
            Sys.DeadLetters.Tell(4, ActorRefs.NoSender);
            line = (await ExpectMsgAsync<Info>(Briefly)).Message.ToString();
        });
        var counts = Regex.Match(line!, @"\[(\d+)\] dead letters encountered, of which (\d+) were not logged\. The counter will be reset now\. ");
        Assert.True(counts.Success, line);
        Assert.Equal(int.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(counts.Groups[2].Value, CultureInfo.InvariantCulture) + 4);
        Sys.DeadLetters.Tell(5, ActorRefs.NoSender);
        Assert.Contains("[1] dead letters encountered. ", (await NextDeadLetter()).Message.ToString(), StringComparison.Ordinal);
    }

    private sealed class Deaf : ReceiveActor;

    [Fact]
    public async Task What_nobody_handles_is_logged_where_that_is_asked_for()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Debug));
        var deaf = Sys.ActorOf(Props.Create(() => new Deaf()));

        // Again, as whoever logs it may not have started.
        await AwaitAssertAsync(async () =>
        {
            deaf.Tell("what", TestActor);
            var line = await FishForMessageAsync<Debug>(debug => debug.LogSource == deaf.Path.ToString(), Briefly);
            Assert.Equal($"Unhandled message from {TestActor.Path} : what", line.Message.ToString());
        });
    }
}
