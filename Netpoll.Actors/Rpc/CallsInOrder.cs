namespace Netpoll.Actors.Rpc;

/// <summary>
/// Calls of a protocol without ids: a ring, the oldest first. A call that is given up leaves its place behind, because its answer
/// still comes before the others'.
/// </summary>
internal sealed class CallsInOrder : CallTable
{
    private Place[] _ring = new Place[64];
    private ulong _oldest;
    private ulong _next;

    public override int Count => (int)(_next - _oldest);

    public override int Places => Count;

    public override PendingCall? this[int place] => At(_oldest + (ulong)place).Call;

    public override long OldestGivenUp => Count == 0 ? 0 : At(_oldest).GivenUpAt;

    public override int MaxCalls => int.MaxValue;

    public override void Add(PendingCall call)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        call.Id = _next;
        call.IsOpen = true;
        At(_next++) = new Place(call, 0);
    }

    public override void TakeBack(PendingCall call)
    {
        call.IsOpen = false;
        At(--_next) = default;
    }

    public override bool TryTake(ulong id, out PendingCall? call)
    {
        if (Count == 0)
        {
            call = null;
            return false;
        }

        ref Place oldest = ref At(_oldest++);
        call = oldest.Call;
        oldest = default;
        call?.IsOpen = false;
        return true;
    }

    public override PendingCall? Find(ulong id) => Count == 0 ? null : At(_oldest).Call;

    public override bool GiveUp(PendingCall call, long now)
    {
        call.IsOpen = false;
        At(call.Id) = new Place(null, now);
        return false;
    }

    private ref Place At(ulong number) => ref _ring[number & (ulong)(_ring.Length - 1)];

    private void Grow()
    {
        Place[] larger = new Place[_ring.Length * 2];
        for (ulong number = _oldest; number != _next; number++)
        {
            larger[number & (ulong)(larger.Length - 1)] = At(number);
        }

        _ring = larger;
    }

    private record struct Place(PendingCall? Call, long GivenUpAt);
}
