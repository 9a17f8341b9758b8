using System.Collections.Concurrent;
using Akka.Actor;

namespace Netpoll.Actors.Handlers;

/// <summary>A connection that waits for room among the requests of its listener.</summary>
internal sealed class RoomWaiter(IActorRef connection)
{
    private int _isGone;

    /// <summary>Tells the connection, unless it has ended.</summary>
    public bool TryWake()
    {
        if (Volatile.Read(ref _isGone) != 0)
        {
            return false;
        }

        connection.Tell(HandlersHaveRoom.Instance, ActorRefs.NoSender);
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void Leave() => Volatile.Write(ref _isGone, 1);
}

/// <summary>
/// Counts the requests of one listener that are with handlers: told to one, and its call not returned. Never blocks: who finds no room is
/// told when there is some again, one connection for each request that ends. Any thread.
/// </summary>
internal sealed class HandlerQueue(int capacity, OverloadPolicy policy)
{
    private readonly ConcurrentQueue<RoomWaiter> _waiting = new();
    private int _count;

    public int Capacity => capacity;

    public OverloadPolicy Policy => policy;

    /// <summary>Takes a place, if there is one. <see cref="Leave"/> gives it back.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= capacity)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) < capacity)
        {
            WakeNext();
        }
    }

    /// <summary>Asks for word of the next place.</summary>
    public void WaitForRoom(RoomWaiter waiter)
    {
        _waiting.Enqueue(waiter);

        // The last place may have come free between the refusal and this, and then nobody else would tell.
        WakeIfRoom();
    }

    /// <summary>Passes the word of room on: to be called by whoever was told of it and may not have taken it.</summary>
    public void WakeIfRoom()
    {
        if (Volatile.Read(ref _count) < capacity)
        {
            WakeNext();
        }
    }

    private void WakeNext()
    {
        while (_waiting.TryDequeue(out RoomWaiter? waiter) && !waiter.TryWake())
        {
        }
    }
}
