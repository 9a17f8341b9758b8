using Akka.Configuration;
using Akka.Event;
using Akka.Routing;

namespace Akka.Actor;

/// <content>The tree: the root with /user and /system below it, and the making of references.</content>
internal sealed partial class ActorSystemImpl
{
    private static long s_lastUid;

    public LocalActorRef Root { get; }

    public LocalActorRef Guardian { get; }

    public LocalActorRef SystemGuardian { get; }

    public override IActorRef ActorOf(Props props, string? name = null) => Guardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => SystemGuardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Of<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorSelectionFactory.Select(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) => ActorSelectionFactory.Select(actorPath, Guardian.Parent, this);

    public override void Stop(IActorRef actor)
    {
        // The parent must know that it is on its way down. For guardians' children that is a message, as any thread may be here.
        var parent = actor.Path.Parent;
        if (parent == Guardian.Path)
            Guardian.Tell(new StopChild(actor), ActorRefs.NoSender);
        else if (parent == SystemGuardian.Path)
            SystemGuardian.Tell(new StopChild(actor), ActorRefs.NoSender);
        else
            ((IInternalActorRef)actor).Stop();
    }

    /// <summary>The reference of a child that is to be; it does not run yet.</summary>
    public LocalActorRef MakeRef(Props props, ActorCell parent, string name)
    {
        var dispatcher = Dispatchers.Lookup(props.Dispatcher);
        var placement = new Placement(dispatcher, Mailboxes.LimitsFor(props, dispatcher));
        var path = new ChildActorPath(parent.Self.Path, name, Interlocked.Increment(ref s_lastUid));
        return props.RouterConfig is Pool pool
            ? new RoutedActorRef(this, props, pool, placement, parent.Self, path)
            : new LocalActorRef(this, props, placement, parent.Self, path);
    }

    /// <summary>Finds an actor, or says that there is none.</summary>
    public IInternalActorRef Resolve(IEnumerable<string> elements)
    {
        IInternalActorRef current = Root;
        foreach (var element in elements)
            current = current.GetSingleChild(element);
        return current;
    }

    private RootGuardianActorRef MakeRoot(ActorPath path)
    {
        var placement = new Placement(Dispatchers.Lookup(Dispatch.Dispatchers.InternalDispatcherId), null);
        var props = Props.Create(() => new RootGuardianActor(this)).WithSupervisorStrategy(new OneForOneStrategy(cause =>
        {
            Log.Error(cause, "guardian failed, shutting down system");
            return Directive.Stop;
        }));
        var root = new RootGuardianActorRef(this, props, placement, new AboveRootActorRef(this, path), path);
        root.Cell.MakeChildren();
        return root;
    }

    private LocalActorRef MakeGuardian(string name, Props props)
    {
        var guardian = MakeRef(props.WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId), Root.Cell, name);
        Root.Cell.MakeChildren().Add(name, guardian, parentGone: false);
        guardian.Cell.MakeChildren();
        return guardian;
    }

    private SupervisorStrategy GuardianStrategy() => Settings.SupervisorStrategyClass.Split(',')[0].Trim() switch
    {
        "" or "Akka.Actor.DefaultSupervisorStrategy" => SupervisorStrategy.DefaultStrategy,
        "Akka.Actor.StoppingSupervisorStrategy" => SupervisorStrategy.StoppingStrategy,
        var name => throw new ConfigurationException($"The guardian-supervisor-strategy [{name}] is not known here."),
    };
}
