using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>A queue of envelopes that grows at both ends. Not for several threads.</summary>
internal sealed class Deque
{
    private Envelope[] _slots = new Envelope[4];
    private int _head;

    public int Count { get; private set; }

    public void PushFront(in Envelope envelope)
    {
        MakeRoom();
        _head = (_head - 1) & (_slots.Length - 1);
        _slots[_head] = envelope;
        Count++;
    }

    public void PushBack(in Envelope envelope)
    {
        MakeRoom();
        _slots[(_head + Count) & (_slots.Length - 1)] = envelope;
        Count++;
    }

    public Envelope PopFront()
    {
        var envelope = _slots[_head];
        _slots[_head] = default;
        _head = (_head + 1) & (_slots.Length - 1);
        Count--;
        return envelope;
    }

    public Envelope PopBack()
    {
        ref var slot = ref _slots[(_head + Count - 1) & (_slots.Length - 1)];
        var envelope = slot;
        slot = default;
        Count--;
        return envelope;
    }

    private void MakeRoom()
    {
        if (Count < _slots.Length)
            return;

        var slots = new Envelope[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
            slots[i] = _slots[(_head + i) & (_slots.Length - 1)];
        _slots = slots;
        _head = 0;
    }
}
