namespace Netpoll.Actors.Rpc;

/// <summary>Calls that wait, first come, first served. A call leaves from the middle in one step. Guarded by the router's lock.</summary>
internal sealed class CallRow
{
    private PendingCall? _first;
    private PendingCall? _last;

    public int Count { get; private set; }

    public PendingCall? First => _first;

    public void Add(PendingCall call)
    {
        call.Row = this;
        call.Previous = _last;
        if (_last is null)
        {
            _first = call;
        }
        else
        {
            _last.Next = call;
        }

        _last = call;
        Count++;
    }

    public void Remove(PendingCall call)
    {
        if (call.Previous is null)
        {
            _first = call.Next;
        }
        else
        {
            call.Previous.Next = call.Next;
        }

        if (call.Next is null)
        {
            _last = call.Previous;
        }
        else
        {
            call.Next.Previous = call.Previous;
        }

        (call.Next, call.Previous, call.Row) = (null, null, null);
        Count--;
    }

    public PendingCall? TakeFirst()
    {
        PendingCall? call = _first;
        if (call is not null)
        {
            Remove(call);
        }

        return call;
    }

    /// <summary>Empties the row.</summary>
    public List<PendingCall> TakeAll()
    {
        List<PendingCall> all = new(Count);
        while (TakeFirst() is { } call)
        {
            all.Add(call);
        }

        return all;
    }
}
