namespace Netpoll.Poller.Loops;

/// <summary>Work that the loop's own thread gave itself: a plain ring, since nobody else touches it. Grows by doubling.</summary>
internal sealed class RunQueue
{
    private IThreadPoolWorkItem?[] _ring = new IThreadPoolWorkItem?[256];
    private int _head;

    public int Count { get; private set; }

    public void Enqueue(IThreadPoolWorkItem item)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = item;
        Count++;
    }

    /// <summary>Takes the oldest; the queue must not be empty.</summary>
    public IThreadPoolWorkItem Dequeue()
    {
        ref IThreadPoolWorkItem? oldest = ref _ring[_head];
        IThreadPoolWorkItem item = oldest!;
        oldest = null;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return item;
    }

    private void Grow()
    {
        IThreadPoolWorkItem?[] larger = new IThreadPoolWorkItem?[_ring.Length * 2];
        Array.Copy(_ring, _head, larger, 0, _ring.Length - _head);
        Array.Copy(_ring, 0, larger, _ring.Length - _head, _head);
        (_ring, _head) = (larger, 0);
    }
}
