using Akka.Actor;

namespace Akka.Routing;

/// <summary>A message for all routees of a router.</summary>
/// <param name="message">The message.</param>
public sealed class Broadcast(object message)
{
    /// <summary>The message.</summary>
    public object Message { get; } = message;
}

/// <summary>Asks a router for its routees; it answers with <see cref="Routees"/>.</summary>
public sealed class GetRoutees
{
    /// <summary>The only instance needed.</summary>
    public static GetRoutees Instance { get; } = new();
}

/// <summary>One routee.</summary>
public abstract class Routee
{
    private protected Routee()
    {
    }

    /// <summary>Tells the routee.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who should get an answer.</param>
    public abstract void Send(object message, IActorRef? sender);
}

/// <summary>A routee that is an actor.</summary>
/// <param name="actor">The actor.</param>
public class ActorRefRoutee(IActorRef actor) : Routee
{
    /// <summary>The actor.</summary>
    public IActorRef Actor { get; } = actor;

    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender) => Actor.Tell(message, sender);
}

/// <summary>The routees of a router.</summary>
/// <param name="routees">The routees.</param>
public sealed class Routees(IEnumerable<Routee> routees)
{
    /// <summary>The routees.</summary>
    public IEnumerable<Routee> Members { get; } = routees;
}
