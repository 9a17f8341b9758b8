using Netpoll.Poller.Buffers;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// Bytes that have left for their sender, but that the kernel may still read: those of zero-copy sends, until it says that it is done
/// (<c>io_uring_enter(2)</c>, IORING_OP_SEND_ZC). Over TCP that is when the peer has acknowledged them.
/// </summary>
internal sealed class LentSlices
{
    /// <summary>Never collected: the kernel may send these bytes to peers that have not acknowledged them, long after their ring is gone.</summary>
    private static readonly List<BufferSlice> s_abandoned = [];

    // Oldest first, which is nearly always the order in which they come back.
    private readonly List<(uint Ticket, BufferSlice Slice)> _lent = [];

    /// <summary>Keeps the bytes of a send until <see cref="Return"/>.</summary>
    public void Lend(uint ticket, BufferSlice slice)
    {
        slice.MarkInFlight(true);
        _lent.Add((ticket, slice));
    }

    /// <summary>The kernel is done with the bytes of a send, if there were any.</summary>
    public void Return(uint ticket)
    {
        int index = _lent.FindIndex(lent => lent.Ticket == ticket);
        if (index >= 0)
        {
            BufferSlice slice = _lent[index].Slice;
            _lent.RemoveAt(index);
            slice.MarkInFlight(false);
            slice.Dispose();
        }
    }

    /// <summary>Nobody will hear of the rest, which so has its memory for good: at most what a socket's send buffer holds.</summary>
    public void Abandon()
    {
        lock (s_abandoned)
        {
            s_abandoned.AddRange(_lent.Select(lent => lent.Slice));
        }

        _lent.Clear();
    }
}
