namespace Akka.Actor;

/// <summary>Who watches an actor. One is most of what there is, and costs nothing.</summary>
internal struct WatcherSet
{
    // Null; or the one; or a set.
    private object? _watchers;

    public void Add(IInternalActorRef watcher)
    {
        switch (_watchers)
        {
            case null:
                _watchers = watcher;
                break;
            case HashSet<IInternalActorRef> many:
                many.Add(watcher);
                break;
            case IInternalActorRef one when !one.Equals(watcher):
                _watchers = new HashSet<IInternalActorRef> { one, watcher };
                break;
        }
    }

    public void Remove(IInternalActorRef watcher)
    {
        if (_watchers is HashSet<IInternalActorRef> many)
            many.Remove(watcher);
        else if (_watchers is IInternalActorRef one && one.Equals(watcher))
            _watchers = null;
    }

    /// <summary>Empties it.</summary>
    /// <returns>Who was in it.</returns>
    public IEnumerable<IInternalActorRef> TakeAll()
    {
        var all = _watchers;
        _watchers = null;
        return all switch
        {
            null => [],
            IInternalActorRef one => [one],
            _ => (HashSet<IInternalActorRef>)all,
        };
    }
}
