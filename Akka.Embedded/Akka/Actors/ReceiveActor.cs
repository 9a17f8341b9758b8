namespace Akka.Actor;

/// <summary>
/// An actor whose behaviour is a list of handlers by type, tried in the order in which they were given. The list is made in the
/// constructor, and by the action that is given to <see cref="Become(Action)"/>.
/// </summary>
public abstract partial class ReceiveActor : UntypedActor
{
    // The list that Receive<T> and the others add to, or null outside of the constructor and Become's action.
    private List<MessageHandler>? _building = [];

    // The behaviour that the actor begins with.
    private MessageHandler[] _initial = [];

    /// <summary>Handles the next messages with the handlers that the action gives.</summary>
    /// <param name="configure">Calls <c>Receive</c>.</param>
    protected void Become(Action configure) => Become(Build(configure));

    /// <summary>Like <see cref="Become(Action)"/>, but <c>UnbecomeStacked</c> comes back to the present behaviour.</summary>
    /// <param name="configure">Calls <c>Receive</c>.</param>
    protected void BecomeStacked(Action configure) => BecomeStacked(Build(configure));

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (!TryHandle(_initial, message))
            Unhandled(message);
    }

    /// <summary>Called when the constructor is done: the first behaviour is complete.</summary>
    internal void EndConstruction()
    {
        if (_building is null)
            return;
        _initial = [.. _building];
        _building = null;
    }

    private static bool TryHandle(MessageHandler[] handlers, object message)
    {
        foreach (var handler in handlers)
        {
            if (handler.TryHandle(message))
                return true;
        }

        return false;
    }

    private Receive Build(Action configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var outer = _building;
        _building = [];
        try
        {
            configure();
            MessageHandler[] handlers = [.. _building];
            return message => TryHandle(handlers, message);
        }
        finally
        {
            _building = outer;
        }
    }

    private void Add(MessageHandler handler)
    {
        if (_building is null)
        {
            throw new InvalidOperationException(
                "You may only call Receive-methods when constructing the actor and inside Become().");
        }

        if (_building is [.., { HandlesEverything: true }])
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");

        _building.Add(handler);
    }
}
