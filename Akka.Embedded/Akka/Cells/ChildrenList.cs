using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>What a cell does when the last dying child is gone.</summary>
internal enum TerminationReason
{
    /// <summary>Nothing: the children were stopped for their own sake.</summary>
    None,

    /// <summary>Make the next instance.</summary>
    Recreation,

    /// <summary>Try the first instance again.</summary>
    Creation,

    /// <summary>End.</summary>
    Termination,
}

/// <summary>The children of one cell, by name. Every member takes the lock: names are looked up from other threads.</summary>
internal sealed class ChildrenList
{
    private const string NameDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    private ChildMap _byName;
    private readonly Lock _lock = new();

    // How often each child was restarted; null until the first failure of any.
    private Dictionary<LocalActorRef, ChildRestartStats>? _stats;
    private long _nextName;
    private int _dying;
    private bool _closed;
    private Exception? _cause;

    /// <summary>What happens when the last dying child is gone. Only the cell's own thread writes it.</summary>
    public TerminationReason Reason { get; private set; }

    /// <summary>A name for a child that was given none: $a, $b and so on.</summary>
    public string NextName()
    {
        var number = Interlocked.Increment(ref _nextName) - 1;
        Span<char> name = stackalloc char[12];
        var length = 0;
        name[length++] = '$';
        do
        {
            name[length++] = NameDigits[(int)(number & 63)];
            number >>= 6;
        }
        while (number != 0);
        return name[..length].ToString();
    }

    public void Add(string name, LocalActorRef child, bool parentGone)
    {
        lock (_lock)
        {
            if (_closed || parentGone || Reason == TerminationReason.Termination)
                throw new InvalidOperationException("Cannot create child while terminating or terminated");
            if (!_byName.TryAdd(name, child))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public bool TryGet(string name, [NotNullWhen(true)] out LocalActorRef? child)
    {
        lock (_lock)
            return _byName.TryGetValue(name, out child);
    }

    public bool Contains(IInternalActorRef actor)
    {
        lock (_lock)
            return _byName.TryGetValue(actor.Path.Name, out var child) && ReferenceEquals(child, actor);
    }

    public LocalActorRef[] Snapshot()
    {
        lock (_lock)
            return [.. _byName.All];
    }

    public bool TryGetStats(IInternalActorRef child, [NotNullWhen(true)] out ChildRestartStats? stats)
    {
        lock (_lock)
        {
            stats = _byName.TryGetValue(child.Path.Name, out var known) && ReferenceEquals(known, child) ? StatsOf(known) : null;
            return stats is not null;
        }
    }

    public ChildRestartStats[] AllStats()
    {
        lock (_lock)
        {
            var all = new ChildRestartStats[_byName.Count];
            var i = 0;
            foreach (var child in _byName.All)
                all[i++] = StatsOf(child);
            return all;
        }
    }

    /// <summary>Remembers that a child was told to stop.</summary>
    public void MarkDying(LocalActorRef child)
    {
        lock (_lock)
        {
            if (!child.IsDying && _byName.TryGetValue(child.Path.Name, out var known) && ReferenceEquals(known, child))
            {
                child.IsDying = true;
                _dying++;
            }
        }
    }

    /// <summary>Sets what happens when the last dying child is gone.</summary>
    /// <returns>False if none is dying: then it is for the caller to do now.</returns>
    public bool WaitForDying(TerminationReason reason, Exception? cause)
    {
        lock (_lock)
        {
            if (_dying == 0)
                return false;
            Reason = reason;
            _cause = cause;
            return true;
        }
    }

    /// <summary>Forgets a child that is gone.</summary>
    /// <returns>What is to be done now, if it was the last to wait for.</returns>
    public (TerminationReason Reason, Exception? Cause) Remove(IInternalActorRef actor)
    {
        lock (_lock)
        {
            if (!_byName.Remove(actor.Path.Name, out var child))
                return default;
            _stats?.Remove(child);
            if (!child.IsDying || --_dying != 0)
                return default;

            var done = (Reason, _cause);
            Reason = TerminationReason.None;
            _cause = null;
            return done;
        }
    }

    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    private ChildRestartStats StatsOf(LocalActorRef child)
    {
        _stats ??= [];
        if (!_stats.TryGetValue(child, out var stats))
            _stats.Add(child, stats = new ChildRestartStats(child));
        return stats;
    }
}
