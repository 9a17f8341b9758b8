using Netpoll.Actors.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// The free request cells of one listener on one loop. Only the loop rents; cells come back from the loop or from a handler's thread,
/// which puts them on a list of its own kind (Treiber's stack) that the loop takes as a whole, so that no ABA problem can arise.
/// </summary>
internal sealed class RequestCellPool(EventLoop loop, PollerTraffic traffic)
{
    /// <summary>More free cells than this go to the garbage collector: after a burst (arbitrary).</summary>
    private const int MaxFree = 1024;

    private RequestCell? _free;
    private int _freeCount;
    private RequestCell? _returned;

    public BlockPool Blocks => loop.BlockPool;

    /// <summary>Where the requests are counted.</summary>
    public PollerTraffic Traffic => traffic;

    /// <summary>Loop thread.</summary>
    public RequestCell Rent()
    {
        if (_free is null && !TakeReturned())
        {
            return new RequestCell(this);
        }

        RequestCell cell = _free!;
        _free = cell.Next;
        _freeCount--;
        cell.Next = null;
        return cell;
    }

    /// <summary>Any thread.</summary>
    public void Return(RequestCell cell)
    {
        if (loop.IsOnLoop)
        {
            Keep(cell);
            return;
        }

        RequestCell? head = Volatile.Read(ref _returned);
        while (true)
        {
            cell.Next = head;
            RequestCell? seen = Interlocked.CompareExchange(ref _returned, cell, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    private bool TakeReturned()
    {
        RequestCell? cell = Interlocked.Exchange(ref _returned, null);
        while (cell is not null)
        {
            RequestCell? next = cell.Next;
            Keep(cell);
            cell = next;
        }

        return _free is not null;
    }

    private void Keep(RequestCell cell)
    {
        if (_freeCount < MaxFree)
        {
            cell.Next = _free;
            _free = cell;
            _freeCount++;
        }
    }
}
