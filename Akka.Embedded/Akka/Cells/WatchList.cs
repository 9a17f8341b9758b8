namespace Akka.Actor;

/// <summary>
/// One end of watches: whom an actor watches, each with what is to come instead of <see cref="Terminated"/>, or who watches it. One is most of
/// what there is, and costs nothing.
/// </summary>
internal struct WatchList
{
    // Null; or the one, without a message; or a dictionary.
    private object? _actors;

    public bool TryAdd(IActorRef actor, object? message)
    {
        switch (_actors)
        {
            case null when message is null:
                _actors = actor;
                return true;
            case Dictionary<IActorRef, object?> many:
                return many.TryAdd(actor, message);
            case IActorRef one when one.Equals(actor):
                return false;
            default:
                var all = new Dictionary<IActorRef, object?>();
                if (_actors is IActorRef first)
                    all.Add(first, null);
                all.Add(actor, message);
                _actors = all;
                return true;
        }
    }

    public bool Remove(IActorRef actor, out object? message)
    {
        message = null;
        if (_actors is Dictionary<IActorRef, object?> many)
            return many.Remove(actor, out message);
        if (_actors is not IActorRef one || !one.Equals(actor))
            return false;
        _actors = null;
        return true;
    }

    /// <summary>Empties it.</summary>
    /// <returns>Who was in it.</returns>
    public IEnumerable<IActorRef> TakeAll()
    {
        var all = _actors;
        _actors = null;
        return all switch
        {
            null => [],
            IActorRef one => [one],
            _ => ((Dictionary<IActorRef, object?>)all).Keys,
        };
    }
}
