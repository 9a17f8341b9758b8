using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Does not become the sender of what the test tells.</summary>
public interface INoImplicitSender;

/// <summary>
/// An actor system for a test, and an actor in the test's name: what it is told the test expects, and what the test tells comes
/// from it. Only for one thread at a time.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int s_number;

    private readonly ITestKitAssertions _assertions;
    private readonly TestQueue _queue = new();
    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    /// <summary>For an actor system that there is, or a new one.</summary>
    /// <param name="assertions">How to say that a test failed.</param>
    /// <param name="system">The actor system, or null for a new one.</param>
    /// <param name="config">The configuration of a new one, or null.</param>
    /// <param name="actorSystemName">The name of a new one, or null.</param>
    /// <param name="testActorName">The name of the test's actor, or null.</param>
    private protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem? system, Config? config, string? actorSystemName, string? testActorName)
    {
        _assertions = assertions;
        TestEventListener.MakeKnown();
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", config.SafeWithFallback(DefaultConfig)!);
        CallingThreadDispatcher.Register(Sys);
        TestKitSettings = TestKitExtension.For(Sys);
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        TestActor = CreateTestActor(_queue, testActorName ?? $"testActor{Interlocked.Increment(ref s_number)}");
        if (this is not INoImplicitSender && TestActor is LocalActorRef { Cell: var cell })
        {
            ActorCell.Current = cell;
            SynchronizationContext.SetSynchronizationContext(new CellKeepingContext(cell));
        }
    }

    /// <summary>The configuration that a test's own goes above.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
        akka.test {
          timefactor = 1.0
          filter-leeway = 3s
          single-expect-default = 3s
          default-timeout = 5s
        }
        """);

    /// <summary>A configuration with which the engine says all it can.</summary>
    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loglevel = DEBUG
        akka.actor.debug {
          autoreceive = on
          lifecycle = on
          event-stream = on
          unhandled = on
        }
        """);

    /// <summary>The actor system.</summary>
    public ActorSystem Sys { get; }

    /// <summary>The test's actor.</summary>
    public IActorRef TestActor { get; }

    /// <summary>How long tests wait.</summary>
    public TestKitSettings TestKitSettings { get; }

    /// <summary>Logs in the test's name.</summary>
    public ILoggingAdapter Log { get; }

    /// <summary>Expects lines of the log.</summary>
    public EventFilterFactory EventFilter { get; }

    /// <summary>The message that was received last.</summary>
    /// <exception cref="IllegalActorStateException">None was, or not when a message was last waited for.</exception>
    public object LastMessage => _last.Message!;

    /// <summary>Who sent the message that was received last.</summary>
    /// <exception cref="IllegalActorStateException">None was, or not when a message was last waited for.</exception>
    public IActorRef LastSender => _last.Sender;

    /// <summary>Whether there are messages that were not received yet.</summary>
    public bool HasMessages => _queue.Count != 0;

    private protected ITestKitAssertions FailWith => _assertions;

    /// <summary>Makes an actor.</summary>
    /// <param name="props">How.</param>
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    /// <summary>Makes an actor.</summary>
    /// <param name="props">How.</param>
    /// <param name="name">Its name.</param>
    public IActorRef ActorOf(Props props, string? name) => Sys.ActorOf(props, name);

    /// <summary>Makes an actor with its parameterless constructor.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="name">Its name, or null to have one made up.</param>
    public IActorRef ActorOf<TActor>(string? name = null)
        where TActor : ActorBase, new() => Sys.ActorOf<TActor>(name);

    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="factory">Calls the constructor.</param>
    /// <param name="name">Its name, or null to have one made up.</param>
    public IActorRef ActorOf<TActor>(Func<TActor> factory, string? name = null)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Makes a probe in the same actor system.</summary>
    /// <param name="name">Its name, or null.</param>
    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    /// <summary>Makes a probe.</summary>
    /// <param name="system">Its actor system.</param>
    /// <param name="name">Its name, or null.</param>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    /// <summary>Makes a child of the test's actor.</summary>
    /// <param name="props">How.</param>
    /// <param name="name">Its name, or null to have one made up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IActorRef ChildActorOf(Props props, string? name = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(TestActor.Ask<IActorRef>(new InternalTestActor.SpawnRequest(props, name), RemainingOrDefault, cancellationToken));

    /// <summary>Has the test's actor watch another one.</summary>
    /// <param name="actorToWatch">The other one.</param>
    /// <returns>The same.</returns>
    public IActorRef Watch(IActorRef actorToWatch) => Blocking.Wait(WatchAsync(actorToWatch));

    /// <summary>Has the test's actor watch another one.</summary>
    /// <param name="actorToWatch">The other one.</param>
    /// <returns>The same.</returns>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await TestActor.Ask<Done>(new InternalTestActor.WatchRequest(actorToWatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToWatch;
    }

    /// <summary>Takes a watch back.</summary>
    /// <param name="actorToUnwatch">The other actor.</param>
    /// <returns>The same.</returns>
    public IActorRef Unwatch(IActorRef actorToUnwatch) => Blocking.Wait(UnwatchAsync(actorToUnwatch));

    /// <summary>Takes a watch back.</summary>
    /// <param name="actorToUnwatch">The other actor.</param>
    /// <returns>The same.</returns>
    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await TestActor.Ask<Done>(new InternalTestActor.UnwatchRequest(actorToUnwatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToUnwatch;
    }

    /// <summary>Drops messages before the test sees them.</summary>
    /// <param name="shouldIgnoreMessage">Whether to drop one.</param>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        Blocking.Wait(TestActor.Ask<Done>(new InternalTestActor.SetIgnore(shouldIgnoreMessage), RemainingOrDefault));

    /// <summary>Drops messages of a type before the test sees them.</summary>
    /// <typeparam name="TMsg">The type.</typeparam>
    public void IgnoreMessages<TMsg>() => IgnoreMessages(static message => message is TMsg);

    /// <summary>Drops no more messages.</summary>
    public void IgnoreNoMessages() => Blocking.Wait(TestActor.Ask<Done>(new InternalTestActor.SetIgnore(null), RemainingOrDefault));

    /// <summary>Has messages answered without the test.</summary>
    /// <param name="pilot">Who answers.</param>
    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new InternalTestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>Terminates the actor system, and waits.</summary>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="verifySystemShutdown">Whether to fail if it is not done by then.</param>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) => Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Terminates an actor system, and waits.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="verifySystemShutdown">Whether to fail if it is not done by then.</param>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        ArgumentNullException.ThrowIfNull(system);
        var wait = duration ?? Dilated(TestKitSettings.DefaultTimeout);
        try
        {
            Blocking.Wait(system.Terminate().WaitAsync(wait));
        }
        catch (TimeoutException)
        {
            var message = $"Failed to stop [{system.Name}] within [{wait}]";
            if (verifySystemShutdown)
                throw new TimeoutException(message);
            system.Log.Warning(message);
        }
    }

    internal void FailBecause(string message) => _assertions.Fail("{0}", message);

    /// <summary>Ends the test actor's being the sender of what this thread tells.</summary>
    private protected void ForgetTestActor()
    {
        if (ActorCell.Current is { } cell && ReferenceEquals(cell.Self, TestActor))
            ActorCell.Current = null;
        if (SynchronizationContext.Current is CellKeepingContext)
            SynchronizationContext.SetSynchronizationContext(null);
    }

    private IActorRef CreateTestActor(TestQueue queue, string name) => ((ExtendedActorSystem)Sys).SystemActorOf(
        Props.Create(() => new InternalTestActor(queue)).WithDispatcher(CallingThreadDispatcher.DispatcherId), name);
}
