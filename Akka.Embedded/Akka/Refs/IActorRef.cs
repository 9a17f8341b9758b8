namespace Akka.Actor;

/// <summary>Anything that takes messages.</summary>
public interface ICanTell
{
    /// <summary>Sends a message and does not wait. Any thread.</summary>
    /// <param name="message">The message; not null.</param>
    /// <param name="sender">Who should get an answer, or null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}

/// <summary>A handle on an actor. It stays valid when the actor is gone; messages to it then become dead letters.</summary>
public interface IActorRef : ICanTell, IComparable<IActorRef>, IEquatable<IActorRef>, IComparable
{
    /// <summary>Where the actor stands in the tree.</summary>
    ActorPath Path { get; }
}

/// <summary>What the engine needs of a reference besides telling.</summary>
internal interface IInternalActorRef : IActorRef
{
    /// <summary>The supervisor, or <see cref="Nobody"/>.</summary>
    IInternalActorRef Parent { get; }

    /// <summary>The system that the reference belongs to.</summary>
    ActorSystemImpl SystemImpl { get; }

    /// <summary>Whether messages to it are known to become dead letters.</summary>
    bool IsTerminated { get; }

    /// <summary>The child of that name, or <see cref="Nobody"/>.</summary>
    IInternalActorRef GetSingleChild(string name);

    /// <summary>The children at this moment.</summary>
    IReadOnlyList<IInternalActorRef> Children { get; }

    /// <summary>Queues a system message.</summary>
    void SendSystemMessage(SystemMessage message);
}

/// <summary>The lifecycle commands, which are all system messages.</summary>
internal static class InternalActorRefExtensions
{
    public static void Stop(this IInternalActorRef actor) => actor.SendSystemMessage(new Terminate());

    public static void Suspend(this IInternalActorRef actor) => actor.SendSystemMessage(new Suspend());

    public static void Resume(this IInternalActorRef actor, Exception? cause) => actor.SendSystemMessage(new Resume(cause));

    public static void Restart(this IInternalActorRef actor, Exception cause) => actor.SendSystemMessage(new Recreate(cause));
}
