using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>What is logged, at which level, in whose name; and the test kit's filters.</summary>
public sealed class LoggingSpec() : EngineSpec("akka.loglevel = INFO")
{
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
}
