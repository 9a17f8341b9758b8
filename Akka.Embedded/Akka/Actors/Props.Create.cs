using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <content>The ways to make props.</content>
public partial class Props
{
    private const DynamicallyAccessedMemberTypes Constructors =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors;

    /// <summary>An actor whose constructor takes these arguments.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="args">The arguments; the same objects for each restart.</param>
    public static Props Create<[DynamicallyAccessedMembers(Constructors)] TActor>(params object?[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    /// <summary>An actor with a parameterless constructor and a strategy for its children.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="supervisorStrategy">The strategy.</param>
    public static Props Create<[DynamicallyAccessedMembers(Constructors)] TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => Of<TActor>().WithSupervisorStrategy(supervisorStrategy);

    /// <summary>
    /// An actor that is made by <c>() => new TActor(..)</c>. Akka takes the expression apart and evaluates the arguments once; here
    /// the function is called for each instance, so the arguments should be values that stay the same.
    /// </summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="factory">Calls the constructor.</param>
    /// <param name="supervisorStrategy">The strategy for the actor's children, or null for the actor's own.</param>
    public static Props Create<TActor>(Func<TActor> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new Props(new FuncProducer(typeof(TActor), factory), []) { SupervisorStrategy = supervisorStrategy };
    }

    /// <summary>An actor whose constructor takes these arguments.</summary>
    /// <param name="type">The actor's class.</param>
    /// <param name="args">The arguments; the same objects for each restart.</param>
    /// <exception cref="ArgumentNullException">There is no type.</exception>
    public static Props Create([DynamicallyAccessedMembers(Constructors)] Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(new ActivatorProducer(type, args ?? []), args ?? []);
    }

    /// <summary>Actors that a producer makes.</summary>
    /// <param name="producer">The producer.</param>
    /// <param name="args">Kept in <see cref="Arguments"/>; not passed to the producer.</param>
    public static Props CreateBy(IIndirectActorProducer producer, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(producer);
        return new Props(producer, args ?? []);
    }

    internal static Props Of<TActor>()
        where TActor : ActorBase, new() => Create(static () => new TActor());
}
