namespace Akka.Actor;

/// <summary>An actor that gets every message in one method.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <summary>What the running actor knows of its place. Only within the handling of a message or a hook.</summary>
    /// <exception cref="NotSupportedException">No actor is running on this thread.</exception>
    protected static new IUntypedActorContext Context => ActorCell.Current ?? throw NoContext();

    /// <summary>Handles a message. What it does not know it hands to <c>Unhandled</c>.</summary>
    /// <param name="message">The message.</param>
    protected abstract void OnReceive(object message);

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles the next messages with another behaviour.</summary>
    /// <param name="receive">The behaviour.</param>
    protected void Become(UntypedReceive receive) => Cell.Become(receive);

    /// <summary>Like <see cref="Become(UntypedReceive)"/>, but <c>UnbecomeStacked</c> comes back to the present one.</summary>
    /// <param name="receive">The behaviour.</param>
    protected void BecomeStacked(UntypedReceive receive) => Cell.BecomeStacked(receive);

    /// <summary>Runs code that may have asynchronous parts, and holds messages back until it is complete.</summary>
    /// <param name="action">The code.</param>
    protected void RunTask(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Cell.RunTask(() =>
        {
            action();
            return Task.CompletedTask;
        });
    }

    /// <summary>Runs an asynchronous method, and holds messages back until its task is complete.</summary>
    /// <param name="action">The method.</param>
    protected void RunTask(Func<Task> action) => Cell.RunTask(action);
}
