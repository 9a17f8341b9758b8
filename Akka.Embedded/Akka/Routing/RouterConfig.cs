using Akka.Actor;

namespace Akka.Routing;

/// <summary>How messages to one reference are shared among several actors.</summary>
public abstract class RouterConfig
{
    private protected RouterConfig()
    {
    }
}

/// <summary>No router: messages go to the actor itself.</summary>
public class NoRouter : RouterConfig
{
    private NoRouter()
    {
    }

    /// <summary>The only instance.</summary>
    public static NoRouter Instance { get; } = new();
}

/// <summary>A router that makes its routees as its children.</summary>
public abstract class Pool : RouterConfig
{
    private protected Pool(int nrOfInstances, SupervisorStrategy? supervisorStrategy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nrOfInstances);
        NrOfInstances = nrOfInstances;
        SupervisorStrategy = supervisorStrategy ?? DefaultSupervisorStrategy;
    }

    /// <summary>That of other actors, <see cref="Actor.SupervisorStrategy.DefaultStrategy"/>.</summary>
    public static SupervisorStrategy DefaultSupervisorStrategy => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>How many routees there are.</summary>
    public int NrOfInstances { get; }

    /// <summary>What becomes of a failing routee.</summary>
    public SupervisorStrategy SupervisorStrategy { get; }

    /// <summary>Which routee gets the next message. Any thread.</summary>
    internal abstract IActorRef Select(IActorRef[] routees, ref int turn);
}

/// <summary>A pool whose routees get one message after the other.</summary>
public sealed class RoundRobinPool : Pool
{
    /// <summary>A pool of a fixed size.</summary>
    /// <param name="nrOfInstances">How many routees.</param>
    public RoundRobinPool(int nrOfInstances)
        : base(nrOfInstances, null)
    {
    }

    private RoundRobinPool(int nrOfInstances, SupervisorStrategy supervisorStrategy)
        : base(nrOfInstances, supervisorStrategy)
    {
    }

    /// <summary>The same with a strategy for the routees.</summary>
    /// <param name="strategy">The strategy.</param>
    public RoundRobinPool WithSupervisorStrategy(SupervisorStrategy strategy) => new(NrOfInstances, strategy);

    /// <summary>Props behind this pool.</summary>
    /// <param name="routeeProps">The routees' props.</param>
    public Props Props(Props routeeProps)
    {
        ArgumentNullException.ThrowIfNull(routeeProps);
        return routeeProps.WithRouter(this);
    }

    internal override IActorRef Select(IActorRef[] routees, ref int turn) =>
        routees[(int)((uint)(Interlocked.Increment(ref turn) - 1) % (uint)routees.Length)];
}
