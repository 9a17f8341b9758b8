using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The actor system. Partials: the tree, logging, extensions, the end.</summary>
internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly TimerQueueScheduler _scheduler;

    public ActorSystemImpl(string name, Config config)
    {
        Name = name;
        Settings = new Settings(this, config);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.SetLogLevel(Logging.LogLevelFor(Settings.LogLevel));
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), SemanticLogMessageFormatter.Instance);
        _scheduler = new TimerQueueScheduler(this);
        Mailboxes = new Mailboxes(Settings);
        Dispatchers = new Dispatchers(this, new DefaultDispatcherPrerequisites(EventStream, _scheduler, Settings, Mailboxes));

        var root = new RootActorPath(new Address("akka", name));
        DeadLetterMailbox = new DeadLetterActorRef(this, root / "deadLetters");
        IgnoreRef = new IgnoringActorRef(this, root / "ignore");
        Root = MakeRoot(root);
        Guardian = MakeGuardian("user", Props.Of<GuardianActor>().WithSupervisorStrategy(GuardianStrategy()));
        SystemGuardian = MakeGuardian("system", Props.Create(() => new SystemGuardianActor(this)));
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override IScheduler Scheduler => _scheduler;

    public override ILoggingAdapter Log { get; }

    public override IActorRef DeadLetters => DeadLetterMailbox;

    public override IActorRef IgnoreRef { get; }

    /// <summary>The dead letters, to those who close a mailbox.</summary>
    public DeadLetterActorRef DeadLetterMailbox { get; }

    public override string ToString() => Root.Path.Address.ToString();

    /// <summary>Lets the tree live: the guardians first, then the loggers.</summary>
    public void Start()
    {
        foreach (var guardian in new[] { Root, Guardian, SystemGuardian })
            guardian.Cell.Mailbox.Start();
        StartLoggers();
        if (Settings.LogConfigOnStart)
            Log.Info(Settings.ToString());
        CoordinatedShutdown.Get(this);
    }
}
