namespace Netpoll.Actors.Rpc;

/// <summary>The calls that one connection has sent, and that have no answer yet. Loop thread.</summary>
internal abstract class CallTable
{
    /// <summary>How many answers the connection still owes: calls, and places of calls that were given up.</summary>
    public abstract int Count { get; }

    /// <summary>How many places there are to look at, taken or not.</summary>
    public abstract int Places { get; }

    /// <summary>The call in a place from 0; null if there is none.</summary>
    public abstract PendingCall? this[int place] { get; }

    /// <summary>When the caller gave up whose answer must come next; 0 if there is none, or its caller waits.</summary>
    public abstract long OldestGivenUp { get; }

    /// <summary>The most calls that the protocol can tell apart.</summary>
    public abstract int MaxCalls { get; }

    /// <summary>The table for a protocol.</summary>
    /// <param name="idBytes">See <see cref="ICallProtocol.IdBytes"/>.</param>
    public static CallTable For(int idBytes) => idBytes == 0 ? new CallsInOrder() : new CallsById(idBytes);

    /// <summary>Gives the call a place, and with it its <see cref="PendingCall.Id"/>.</summary>
    public abstract void Add(PendingCall call);

    /// <summary>Takes back the call that was added last: it was not sent.</summary>
    public abstract void TakeBack(PendingCall call);

    /// <summary>Finds whose an answer is.</summary>
    /// <param name="id">The answer's id, if the protocol has ids.</param>
    /// <param name="call">The call, which is then out of the table; null if it was given up.</param>
    /// <returns>False if no answer is owed under that id.</returns>
    public abstract bool TryTake(ulong id, out PendingCall? call);

    /// <summary>Finds whose one of several answers is, and leaves the call where it is.</summary>
    /// <param name="id">The answer's id, if the protocol has ids.</param>
    /// <returns>Null if no answer is owed under that id, or the call was given up.</returns>
    public abstract PendingCall? Find(ulong id);

    /// <summary>Nobody waits for the answer any more.</summary>
    /// <returns>True if the call has left no place behind: no answer is owed, and one that comes is dropped.</returns>
    public abstract bool GiveUp(PendingCall call, long now);
}
