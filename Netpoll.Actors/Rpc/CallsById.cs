namespace Netpoll.Actors.Rpc;

/// <summary>
/// Calls of a protocol with ids. Ids count up, and an id's low bits are its place: no hashing, and neighbours in time are neighbours in
/// memory. An id whose place is still taken, by a slow call, is skipped. The whole id is compared, so an answer that comes after its call was
/// given up finds nobody, until the ids have come round.
/// </summary>
internal sealed class CallsById(int idBytes) : CallTable
{
    private readonly ulong _maxId = ulong.MaxValue >> (64 - (8 * idBytes));
    private PendingCall?[] _calls = new PendingCall?[64];
    private ulong _lastId;
    private int _count;

    public override int Count => _count;

    public override int Places => _calls.Length;

    public override PendingCall? this[int place] => _calls[place];

    public override long OldestGivenUp => 0;

    // Half of the places stay free, so that the search for one is short.
    public override int MaxCalls => (int)Math.Min(_maxId / 2, int.MaxValue / 4);

    public override void Add(PendingCall call)
    {
        if (_count >= _calls.Length / 2)
        {
            Grow();
        }

        do
        {
            _lastId = _lastId == _maxId ? 1 : _lastId + 1;
        }
        while (PlaceOf(_lastId) is not null);
        call.Id = _lastId;
        call.IsOpen = true;
        PlaceOf(_lastId) = call;
        _count++;
    }

    public override void TakeBack(PendingCall call) => Remove(call);

    public override bool TryTake(ulong id, out PendingCall? call)
    {
        call = PlaceOf(id);
        if (call is null || call.Id != id)
        {
            call = null;
            return false;
        }

        Remove(call);
        return true;
    }

    public override PendingCall? Find(ulong id) => PlaceOf(id) is { } call && call.Id == id ? call : null;

    public override bool GiveUp(PendingCall call, long now)
    {
        Remove(call);
        return true;
    }

    private ref PendingCall? PlaceOf(ulong id) => ref _calls[id & (ulong)(_calls.Length - 1)];

    private void Remove(PendingCall call)
    {
        PlaceOf(call.Id) = null;
        call.IsOpen = false;
        _count--;
    }

    private void Grow()
    {
        PendingCall?[] old = _calls;
        _calls = new PendingCall?[old.Length * 2];
        foreach (PendingCall? call in old)
        {
            if (call is not null)
            {
                PlaceOf(call.Id) = call;
            }
        }
    }
}
