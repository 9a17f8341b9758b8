using Akka.Routing;

namespace Akka.Actor;

/// <summary>
/// The reference of a pool. A message goes from the teller straight to a routee; the router's own actor only supervises, and is told
/// what is for the router itself.
/// </summary>
internal sealed class RoutedActorRef : LocalActorRef
{
    private readonly Pool _pool;
    private readonly Props _routeeProps;
    private IActorRef[] _routees = [];
    private int _turn;

    public RoutedActorRef(ActorSystemImpl system, Props props, Pool pool, Placement placement, IInternalActorRef parent, ActorPath path)
        : base(system, RouterProps(pool), placement, parent, path)
    {
        _pool = pool;
        _routeeProps = props.WithRouter(NoRouter.Instance);
    }

    public IActorRef[] Routees => Volatile.Read(ref _routees);

    /// <summary>Called by whoever makes the router, before anyone can tell it.</summary>
    public void MakeRoutees()
    {
        var routees = new IActorRef[_pool.NrOfInstances];
        for (var i = 0; i < routees.Length; i++)
            routees[i] = Cell.AttachChild(_routeeProps, null);
        _routees = routees;
    }

    /// <summary>Called by the router's actor.</summary>
    public int Remove(IActorRef routee)
    {
        IActorRef[] left = [.. Routees.Where(other => !other.Equals(routee))];
        Volatile.Write(ref _routees, left);
        return left.Length;
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var routees = Routees;
        switch (message)
        {
            case IAutoReceivedMessage or GetRoutees or null:
                base.TellInternal(message!, sender);
                break;
            case Broadcast broadcast:
                foreach (var routee in routees)
                    routee.Tell(broadcast.Message, sender);
                break;
            default:
                if (routees.Length == 0)
                    SystemImpl.DeadLetterMailbox.Refuse(message, sender, this);
                else
                    _pool.Select(routees, ref _turn).Tell(message, sender);
                break;
        }
    }

    private static Props RouterProps(Pool pool) => Props.Of<RouterPoolActor>().WithSupervisorStrategy(pool.SupervisorStrategy);
}

/// <summary>The actor of a pool: it watches the routees, which are its children, and ends with the last of them.</summary>
internal sealed class RouterPoolActor : ActorBase
{
    private RoutedActorRef Router => (RoutedActorRef)Self;

    protected override void PreStart()
    {
        foreach (var routee in Router.Routees)
            Context.Watch(routee);
    }

    // A failing routee that escalates must not take the others with it.
    protected override void PreRestart(Exception reason, object? message)
    {
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                if (Router.Remove(terminated.ActorRef) == 0)
                    Context.Stop(Self);
                return true;
            case GetRoutees:
                Sender.Tell(new Routees(Router.Routees.Select(static routee => new ActorRefRoutee(routee))), Self);
                return true;
            default:
                return false;
        }
    }
}
