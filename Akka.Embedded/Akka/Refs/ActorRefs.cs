namespace Akka.Actor;

/// <summary>References that stand for no actor.</summary>
public static class ActorRefs
{
    /// <summary>Null: no answer is wanted.</summary>
    public static readonly IActorRef? NoSender;

    /// <summary>An actor that does not exist and swallows what it is told.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;
}

/// <summary>Conveniences of references.</summary>
public static class ActorRefExtensions
{
    /// <summary>Whether a reference is null, <see cref="Nobody"/>, or the dead letters, which are the sender of a message from nobody.</summary>
    /// <param name="actorRef">The reference.</param>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody or DeadLetterActorRef;

    /// <summary>The reference, or another one if it stands for nobody.</summary>
    /// <param name="actorRef">The reference.</param>
    /// <param name="elseValue">Makes the other one.</param>
    public static IActorRef GetOrElse(this IActorRef? actorRef, Func<IActorRef> elseValue) => actorRef.IsNobody() ? elseValue() : actorRef!;
}

/// <summary>Telling with the sender that is at hand.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends a message from the actor whose code is running on this thread, or from nobody.</summary>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message; not null.</param>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Passes a message on so that answers go to whoever sent the message that is being handled.</summary>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message; not null.</param>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Sender);
}

/// <summary>Conveniences of whoever can make actors.</summary>
public static class ActorRefFactoryExtensions
{
    /// <summary>Makes an actor with its parameterless constructor.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="factory">The parent, or the system.</param>
    /// <param name="name">The actor's name, or null to have one made up.</param>
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Of<TActor>(), name);

    /// <summary>Finds actors by a path relative to another actor.</summary>
    /// <param name="factory">Not used; it makes the call read well.</param>
    /// <param name="anchorRef">Where the path begins.</param>
    /// <param name="actorPath">The path.</param>
    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) => new(anchorRef, actorPath);
}
