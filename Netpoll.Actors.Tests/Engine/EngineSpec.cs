using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>
/// The base of the engine's specification. It says what the engine must do, on the public API alone: it runs on Akka.NET as on
/// Akka.Embedded. Waits are long, as a busy machine is slow; only what must not happen is waited for briefly.
/// </summary>
public abstract class EngineSpec(string config = "") : TestKit(
    ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(
        """
        akka.test.single-expect-default = 30s
        akka.test.default-timeout = 30s
        akka.test.filter-leeway = 30s
        akka.log-dead-letters = off
        """)))
{
    /// <summary>How long something must not happen.</summary>
    protected static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(100);

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the throw of an exception.</summary>
    protected sealed record Fail(Exception Cause);

    protected sealed class TestException(string message) : Exception(message);

    /// <summary>Tells of every hook, and of every message with a number that counts since its construction.</summary>
    protected class Reporting : UntypedActor
    {
        private int _handled;

        public Reporting(IActorRef report)
        {
            Report = report;
            report.Tell("constructor");
        }

        protected IActorRef Report { get; }

        protected override void PreStart() => Report.Tell("PreStart");

        protected override void PreRestart(Exception reason, object? message)
        {
            Report.Tell($"PreRestart {reason.Message} {(message is Fail ? "Fail" : message ?? "null")}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            Report.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void PostStop() => Report.Tell("PostStop");

        protected override void OnReceive(object message)
        {
            if (message is Fail fail)
                throw fail.Cause;
            Report.Tell($"{message} {++_handled}");
        }
    }

    /// <summary>Makes children on request and supervises them with the given decider.</summary>
    protected sealed class Parent : UntypedActor
    {
        private readonly SupervisorStrategy _strategy;

        public Parent(SupervisorStrategy strategy)
        {
            _strategy = strategy;
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Props props:
                    Sender.Tell(Context.ActorOf(props));
                    break;
                case Fail fail:
                    throw fail.Cause;
                default:
                    Sender.Tell(message);
                    break;
            }
        }
    }

    protected IActorRef StartParent(Func<Exception, Directive> decide) => StartParent(new OneForOneStrategy(decide));

    protected IActorRef StartParent(SupervisorStrategy strategy) => Sys.ActorOf(Props.Create(() => new Parent(strategy)));

    protected async Task<IActorRef> StartChild(IActorRef parent, Props props)
    {
        parent.Tell(props, TestActor);
        return await ExpectMsgAsync<IActorRef>();
    }

    /// <summary>A child that reports to a probe, once it has started.</summary>
    protected async Task<IActorRef> StartReporting(IActorRef parent, IActorRef report) =>
        await StartChild(parent, Props.Create(() => new Reporting(report)));
}
