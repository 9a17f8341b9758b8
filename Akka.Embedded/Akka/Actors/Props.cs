using System.Diagnostics.CodeAnalysis;
using Akka.Routing;

namespace Akka.Actor;

/// <summary>Makes an actor in a way that <see cref="Props"/> does not know.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The class of the actors.</summary>
    Type ActorType { get; }

    /// <summary>Makes an actor. Called on the actor's dispatcher, also for each restart.</summary>
    ActorBase Produce();

    /// <summary>Called when an instance is replaced or stopped.</summary>
    /// <param name="actor">The instance.</param>
    void Release(ActorBase actor);
}

/// <summary>How an actor is made, where it runs and what its supervision is. Immutable; one object serves any number of actors.</summary>
public partial class Props
{
    /// <summary>No props.</summary>
    public static readonly Props None;

    private readonly IIndirectActorProducer _producer;

    static Props()
    {
        None = new Props(new FuncProducer(typeof(ActorBase), static () => throw new InvalidOperationException("No actor can be made of Props.None.")), []);
    }

    private Props(IIndirectActorProducer producer, object?[] arguments)
    {
        _producer = producer;
        Arguments = arguments;
    }

    /// <summary>A copy, to be changed before anyone sees it.</summary>
    /// <param name="copy">What to copy.</param>
    protected Props(Props copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        _producer = copy._producer;
        Arguments = copy.Arguments;
        Dispatcher = copy.Dispatcher;
        Mailbox = copy.Mailbox;
        RouterConfig = copy.RouterConfig;
        SupervisorStrategy = copy.SupervisorStrategy;
        StashCapacity = copy.StashCapacity;
    }

    /// <summary>The constructor's arguments.</summary>
    public object?[] Arguments { get; }

    /// <summary>The class of the actors.</summary>
    public Type Type => _producer.ActorType;

    /// <summary>The name of the class.</summary>
    public string TypeName => Type.AssemblyQualifiedName ?? Type.Name;

    /// <summary>The id of the dispatcher.</summary>
    public string Dispatcher { get; private set; } = Dispatch.Dispatchers.DefaultDispatcherId;

    /// <summary>The id of the mailbox, or empty for the dispatcher's default.</summary>
    public string Mailbox { get; private set; } = string.Empty;

    /// <summary>The router, or <see cref="NoRouter"/>.</summary>
    public RouterConfig RouterConfig { get; private set; } = NoRouter.Instance;

    /// <summary>The strategy for the actor's children, or null for the actor's own.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; private set; }

    internal int StashCapacity { get; private set; } = -1;

    /// <summary>The same, on another dispatcher.</summary>
    /// <param name="dispatcher">The id: a path in the configuration, or one that was registered.</param>
    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher ?? Dispatch.Dispatchers.DefaultDispatcherId };

    /// <summary>The same, with another mailbox.</summary>
    /// <param name="mailbox">The id: a path in the configuration.</param>
    public Props WithMailbox(string mailbox) => new(this) { Mailbox = mailbox ?? string.Empty };

    /// <summary>The same, behind a router.</summary>
    /// <param name="routerConfig">The router.</param>
    public Props WithRouter(RouterConfig routerConfig) => new(this) { RouterConfig = routerConfig };

    /// <summary>The same, with a strategy for the actor's children.</summary>
    /// <param name="supervisorStrategy">The strategy.</param>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    /// <summary>The same, with a bound of the stash.</summary>
    /// <param name="stashCapacity">How many messages at most, or -1 for no bound.</param>
    public Props WithStashCapacity(int stashCapacity) => new(this) { StashCapacity = stashCapacity };

    /// <summary>Makes an instance. Only the engine calls it.</summary>
    public virtual ActorBase NewActor() => _producer.Produce();

    internal void Release(ActorBase actor) => _producer.Release(actor);

    private sealed class FuncProducer(Type type, Func<ActorBase> factory) : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => factory();

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class ActivatorProducer(
        [DynamicallyAccessedMembers(Constructors)] Type type, object?[] arguments) : IIndirectActorProducer
    {
        [DynamicallyAccessedMembers(Constructors)]
        private readonly Type _type = type;

        public Type ActorType => _type;

        public ActorBase Produce()
        {
            try
            {
                return (ActorBase)Activator.CreateInstance(_type, arguments)!;
            }
            catch (System.Reflection.TargetInvocationException thrown) when (thrown.InnerException is { } inner)
            {
                throw new TypeLoadException(
                    $"Error while creating actor instance of type {_type} with {arguments.Length} args: ({string.Join(",", arguments)})", inner);
            }
        }

        public void Release(ActorBase actor)
        {
        }
    }
}
