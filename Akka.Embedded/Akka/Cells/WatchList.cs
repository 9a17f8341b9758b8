namespace Akka.Actor;

/// <summary>Whom an actor watches, and what is to come instead of <see cref="Terminated"/>. One is most of what there is, and costs nothing.</summary>
internal struct WatchList
{
    // Null; or the one, without a message; or a dictionary.
    private object? _watched;

    public bool TryAdd(IActorRef subject, object? message)
    {
        switch (_watched)
        {
            case null when message is null:
                _watched = subject;
                return true;
            case Dictionary<IActorRef, object?> many:
                return many.TryAdd(subject, message);
            case IActorRef one when one.Equals(subject):
                return false;
            default:
                var all = new Dictionary<IActorRef, object?>();
                if (_watched is IActorRef first)
                    all.Add(first, null);
                all.Add(subject, message);
                _watched = all;
                return true;
        }
    }

    public bool Remove(IActorRef subject, out object? message)
    {
        message = null;
        if (_watched is Dictionary<IActorRef, object?> many)
            return many.Remove(subject, out message);
        if (_watched is not IActorRef one || !one.Equals(subject))
            return false;
        _watched = null;
        return true;
    }

    /// <summary>Empties it.</summary>
    /// <returns>Who was in it.</returns>
    public IEnumerable<IActorRef> TakeAll()
    {
        var all = _watched;
        _watched = null;
        return all switch
        {
            null => [],
            IActorRef one => [one],
            _ => ((Dictionary<IActorRef, object?>)all).Keys,
        };
    }
}
