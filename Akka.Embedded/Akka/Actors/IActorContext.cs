using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Makes actors and finds them.</summary>
public interface IActorRefFactory
{
    /// <summary>Makes an actor. It starts on its own dispatcher.</summary>
    /// <param name="props">How.</param>
    /// <param name="name">Its name among its siblings, or null to have one made up.</param>
    /// <returns>Its reference, which can be told at once.</returns>
    /// <exception cref="InvalidActorNameException">The name is taken or not allowed.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Finds actors by path.</summary>
    /// <param name="actorPath">The path.</param>
    ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>Finds actors by path.</summary>
    /// <param name="actorPath">An absolute path, or one relative to this actor; may hold <c>..</c>, <c>*</c> and <c>?</c>.</param>
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>Watches actors.</summary>
public interface ICanWatch
{
    /// <summary>Asks for a <see cref="Terminated"/> when the actor is gone; at once if it is gone already.</summary>
    /// <param name="subject">The actor.</param>
    /// <returns>The same.</returns>
    IActorRef Watch(IActorRef subject);

    /// <summary>Asks for a message when the actor is gone; at once if it is gone already.</summary>
    /// <param name="subject">The actor.</param>
    /// <param name="message">The message that comes instead of <see cref="Terminated"/>.</param>
    /// <returns>The same actor.</returns>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Takes a watch back. No <see cref="Terminated"/> comes afterwards, not even one that was under way.</summary>
    /// <param name="subject">The actor.</param>
    /// <returns>The same.</returns>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor knows of its place. Only for the actor's own code, while it handles a message or is in a hook.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    /// <summary>The actor itself.</summary>
    IActorRef Self { get; }

    /// <summary>How the actor was made.</summary>
    Props Props { get; }

    /// <summary>Who sent the message that is being handled.</summary>
    IActorRef Sender { get; }

    /// <summary>The actor system.</summary>
    ActorSystem System { get; }

    /// <summary>The supervisor.</summary>
    IActorRef Parent { get; }

    /// <summary>What runs this actor.</summary>
    MessageDispatcher Dispatcher { get; }

    /// <summary>The receive timeout, or null for none.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Handles the next messages with another behaviour.</summary>
    /// <param name="receive">The behaviour.</param>
    void Become(Receive receive);

    /// <summary>Like <see cref="Become"/>, but <see cref="UnbecomeStacked"/> comes back to the present one.</summary>
    /// <param name="receive">The behaviour.</param>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour below, or to the first one.</summary>
    void UnbecomeStacked();

    /// <summary>A child by name, or <see cref="ActorRefs.Nobody"/>.</summary>
    /// <param name="name">The name.</param>
    IActorRef Child(string name);

    /// <summary>The children at this moment.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>Asks for a <see cref="Actor.ReceiveTimeout"/> whenever nothing came for so long, or, with null, no more.</summary>
    /// <param name="timeout">How long, or null.</param>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops a child or this actor itself, after the message that is being handled.</summary>
    /// <param name="child">Who.</param>
    void Stop(IActorRef child);
}

/// <summary>The context of an <see cref="UntypedActor"/>.</summary>
public interface IUntypedActorContext : IActorContext
{
    /// <summary>Handles the next messages with another behaviour.</summary>
    /// <param name="receive">The behaviour.</param>
    void Become(UntypedReceive receive);

    /// <summary>Like <see cref="Become"/>, but <c>UnbecomeStacked</c> comes back to the present one.</summary>
    /// <param name="receive">The behaviour.</param>
    void BecomeStacked(UntypedReceive receive);
}
