namespace Akka.Actor;

/// <summary>Handles a message.</summary>
/// <param name="message">The message.</param>
/// <returns>Whether it was handled.</returns>
public delegate bool Receive(object message);

/// <summary>Handles a message, whatever it is.</summary>
/// <param name="message">The message.</param>
public delegate void UntypedReceive(object message);

/// <summary>
/// The base of all actors. An instance is made by the engine alone, handles one message at a time, and is replaced by a new one
/// when its supervisor restarts it.
/// </summary>
public abstract partial class ActorBase
{
    private readonly ActorCell _cell;

    /// <summary>Takes its place in the cell that is making it.</summary>
    /// <exception cref="ActorInitializationException">It is made with <c>new</c> outside of props.</exception>
    protected ActorBase()
    {
        if (ActorCell.Current is not { } cell || !cell.Adopt(this))
        {
            throw new ActorInitializationException(
                $"You cannot create an instance of {GetType()} explicitly using the constructor (new). Use ActorOf with Props instead.");
        }

        _cell = cell;
    }

    /// <summary>What the running actor knows of its place. Only within the handling of a message or a hook.</summary>
    /// <exception cref="NotSupportedException">No actor is running on this thread.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw NoContext();

    /// <summary>A behaviour that handles nothing.</summary>
    protected static Receive EmptyReceive => static _ => false;

    /// <summary>This actor. Only within the handling of a message or a hook, or when the actor has ended.</summary>
    /// <exception cref="NotSupportedException">No actor is running on this thread.</exception>
    protected IActorRef Self => ActorCell.Current is null && !_cell.Mailbox.IsClosed ? throw NoContext() : _cell.Self;

    /// <summary>Who sent the message that is being handled; the dead letters if nobody wants an answer.</summary>
    /// <exception cref="NotSupportedException">No actor is running on this thread.</exception>
    protected IActorRef Sender => Cell.Sender;

    // What belongs to the turn must not be touched by code that has left it, such as after ConfigureAwait(false).
    private protected ActorCell Cell => ActorCell.Current is null ? throw NoContext() : _cell;

    internal Receive InitialBehavior => Receive;

    internal static NotSupportedException NoContext() =>
        new("There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>Handles a message with the behaviour that the actor begins with.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False to have <see cref="Unhandled"/> called.</returns>
    protected abstract bool Receive(object message);

    /// <summary>Stands around the handling of every message.</summary>
    /// <param name="receive">The current behaviour.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was handled.</returns>
    protected virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    /// <summary>Called for a message that the behaviour did not handle: publishes it, or throws for a <see cref="Terminated"/>.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="DeathPactException">The message is a <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new Event.UnhandledMessage(message, Sender, Self));
    }

    /// <summary>Handles the next messages with another behaviour.</summary>
    /// <param name="receive">The behaviour.</param>
    protected void Become(Receive receive) => Cell.Become(receive);

    /// <summary>Like <see cref="Become(Receive)"/>, but <see cref="UnbecomeStacked"/> comes back to the present one.</summary>
    /// <param name="receive">The behaviour.</param>
    protected void BecomeStacked(Receive receive) => Cell.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour below, or to the first one.</summary>
    protected void UnbecomeStacked() => Cell.UnbecomeStacked();

    /// <summary>Asks for a <see cref="ReceiveTimeout"/> whenever nothing came for so long, or, with null, no more.</summary>
    /// <param name="timeout">How long, or null.</param>
    protected void SetReceiveTimeout(TimeSpan? timeout) => Cell.SetReceiveTimeout(timeout);

    internal void AroundReceiveInternal(Receive receive, object message) => AroundReceive(receive, message);
}
