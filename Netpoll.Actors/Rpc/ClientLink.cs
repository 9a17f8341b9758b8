using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// One connection as callers see it: the outbox in which many threads put calls for it, how busy it is, and whether it lives. Any thread,
/// but for the members of the connection's loop.
/// </summary>
/// <remarks>
/// The outbox is an intrusive list without a lock: putting a call in is one compare-and-swap. Whoever puts the first one into an empty
/// outbox wakes the connection; until that has taken the list as a whole, nobody else does. What many threads call meanwhile is
/// one batch: one message, one wake-up at most, and one system call at the end of the loop's round.
/// </remarks>
internal sealed class ClientLink(ServerEndpoint endpoint, int maxCalls)
{
    private static readonly PendingCall s_closed = new AskedCall(ActorRefs.Nobody);

    private PendingCall? _posted;
    private PendingCall? _cancelled;
    private ConnectionRef? _connection;
    private int _load;

    /// <summary>The server.</summary>
    public ServerEndpoint Endpoint { get; } = endpoint;

    /// <summary>The connection; there once it is open.</summary>
    public ConnectionRef Connection => _connection!;

    /// <summary>Whether the connection lives, as far as the loop has seen. Costs no message and no system call.</summary>
    public bool IsActive => Connection.IsActive;

    /// <summary>Calls that have a place here: in the outbox, on the wire, or given up with their answer still owed.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>How many answers it has brought. Loop thread writes; the client reads when it has ended.</summary>
    public long Answers { get; set; }

    /// <summary>Since when a pool has it at rest. Guarded by the router's lock.</summary>
    public long IdleSince { get; set; }

    public void Open(ConnectionRef connection) => _connection = connection;

    /// <summary>Takes a place for a call, if there is one.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _load) <= maxCalls)
        {
            return true;
        }

        Interlocked.Decrement(ref _load);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _load);

    /// <summary>Hands a call to the connection, in order for each caller.</summary>
    /// <returns>False if the connection has ended: the call is as it was.</returns>
    public bool TryPost(PendingCall call)
    {
        call.Link = this;
        PendingCall? head = Volatile.Read(ref _posted);
        while (head != s_closed)
        {
            call.Next = head;
            PendingCall? seen = Interlocked.CompareExchange(ref _posted, call, head);
            if (seen == head)
            {
                if (head is null)
                {
                    Wake();
                }

                return true;
            }

            head = seen;
        }

        call.Next = null;
        return false;
    }

    /// <summary>Tells the connection that a call that it may have was cancelled.</summary>
    public void PostCancelled(PendingCall call)
    {
        PendingCall? head = Volatile.Read(ref _cancelled);
        while (true)
        {
            call.NextCancelled = head;
            PendingCall? seen = Interlocked.CompareExchange(ref _cancelled, call, head);
            if (seen == head)
            {
                break;
            }

            head = seen;
        }

        if (head is null)
        {
            Wake();
        }
    }

    /// <summary>Takes all calls out of the outbox, the oldest first. Loop thread.</summary>
    public PendingCall? TakePosted() => _posted is null || _posted == s_closed ? null : Reverse(Interlocked.Exchange(ref _posted, null));

    /// <summary>Takes all cancelled calls. Loop thread.</summary>
    public PendingCall? TakeCancelled() => _cancelled is null ? null : Interlocked.Exchange(ref _cancelled, null);

    /// <summary>Takes no more calls; returns those that are still in the outbox. Loop thread.</summary>
    public PendingCall? Close()
    {
        PendingCall? posted = Interlocked.Exchange(ref _posted, s_closed);
        return posted == s_closed ? null : Reverse(posted);
    }

    private static PendingCall? Reverse(PendingCall? youngest)
    {
        PendingCall? oldest = null;
        while (youngest is not null)
        {
            PendingCall? older = youngest.Next;
            youngest.Next = oldest;
            (oldest, youngest) = (youngest, older);
        }

        return oldest;
    }

    private void Wake() => Connection.Actor.Tell(CallsPosted.Instance, ActorRefs.NoSender);
}
