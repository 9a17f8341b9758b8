using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>Actors by name. One is most of what most parents have, and costs nothing.</summary>
internal struct ChildMap
{
    // Null; or the one; or a dictionary.
    private object? _children;

    public readonly int Count => _children switch
    {
        null => 0,
        Dictionary<string, LocalActorRef> many => many.Count,
        _ => 1,
    };

    public readonly IEnumerable<LocalActorRef> All => _children switch
    {
        null => [],
        Dictionary<string, LocalActorRef> many => many.Values,
        _ => [(LocalActorRef)_children],
    };

    public bool TryAdd(string name, LocalActorRef child)
    {
        switch (_children)
        {
            case null:
                _children = child;
                return true;
            case Dictionary<string, LocalActorRef> many:
                return many.TryAdd(name, child);
            case LocalActorRef one when one.Path.Name != name:
                _children = new Dictionary<string, LocalActorRef> { [one.Path.Name] = one, [name] = child };
                return true;
            default:
                return false;
        }
    }

    public readonly bool TryGetValue(string name, [NotNullWhen(true)] out LocalActorRef? child)
    {
        if (_children is Dictionary<string, LocalActorRef> many)
            return many.TryGetValue(name, out child);
        child = _children is LocalActorRef one && one.Path.Name == name ? one : null;
        return child is not null;
    }

    public bool Remove(string name, [NotNullWhen(true)] out LocalActorRef? child)
    {
        if (_children is Dictionary<string, LocalActorRef> many)
            return many.Remove(name, out child);
        if (!TryGetValue(name, out child))
            return false;
        _children = null;
        return true;
    }
}
