using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The stash of one instance. It makes its list with the first message.</summary>
internal sealed class Stash(ActorCell cell, int capacity) : IStash
{
    private Deque? _messages;

    // The message that was put aside last, as the cell counts them.
    private int? _lastTurn;

    public int Count => _messages?.Count ?? 0;

    public int Capacity => capacity;

    public bool IsEmpty => Count == 0;

    public bool NonEmpty => Count != 0;

    public bool IsFull => capacity >= 0 && Count >= capacity;

    void IStash.Stash()
    {
        var message = cell.CurrentMessage ?? throw new IllegalActorStateException("There is no message to stash.");
        if (_lastTurn == cell.Turn)
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        if (IsFull)
            throw new StashOverflowException($"Couldn't enqueue message {message} from {cell.Sender} to stash of {cell.Self}");

        _lastTurn = cell.Turn;
        (_messages ??= new Deque()).PushBack(new Envelope(message, cell.Sender));
    }

    public void Unstash()
    {
        if (Count != 0)
            cell.PutBack(_messages!.PopFront());
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        // Last first, as each goes before the ones that are there.
        while (Count != 0)
        {
            var envelope = _messages!.PopBack();
            if (predicate(envelope))
                cell.PutBack(envelope);
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var all = new List<Envelope>(Count);
        while (Count != 0)
            all.Add(_messages!.PopFront());
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            (_messages ??= new Deque()).PushFront(envelope);
    }

    /// <summary>At the end of an instance: everything goes back.</summary>
    public void ReturnAll() => UnstashAll();
}
