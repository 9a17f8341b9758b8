using Akka.Actor;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// Finds each call a connection, and lets calls wait while there is none. What callers touch instead of the client's mailbox, so that a call
/// goes from its thread straight to the connection's loop. Any thread.
/// </summary>
/// <remarks>
/// The client actor decides which connections there are; a connection enters and leaves here by itself, on its loop, so that no caller
/// is sent to one that has ended. The lock guards the waiting calls and the set of links; nothing is called under it but
/// <see cref="ClientLink.TryPost"/>.
/// </remarks>
internal abstract class CallRouter(RpcClientOptions options, EventLoop homeLoop)
{
    private readonly CallRow _delayed = new();
    private WaitingTimer? _timer;
    private IActorRef _client = ActorRefs.Nobody;
    private RpcConnectionException? _refusal;
    private volatile RpcConnectionException? _stopped;
    private bool _isClientTold;

    public RpcClientOptions Options { get; } = options;

    public RpcCounters Counters { get; } = new();

    /// <summary>The loop on which waiting calls have their timer.</summary>
    protected EventLoop HomeLoop { get; } = homeLoop;

    protected Lock Gate { get; } = new();

    /// <summary>Calls for which there is no connection yet, or none free. Guarded by <see cref="Gate"/>.</summary>
    protected CallRow Waiting { get; } = new();

    /// <summary>Calls that wait for a connection.</summary>
    public int WaitingCount
    {
        get
        {
            lock (Gate)
            {
                return Waiting.Count;
            }
        }
    }

    public static CallRouter For(RpcClientOptions options, EventLoop homeLoop, int endpoints) =>
        options.Connections.IsPool ? new PoolRouter(options, homeLoop, endpoints) : new MuxRouter(options, homeLoop);

    /// <summary>Calls open or waiting at the moment.</summary>
    public abstract int InFlight { get; }

    /// <summary>A connection has opened.</summary>
    public abstract void Add(ClientLink link);

    /// <summary>A connection is about to end: no further call is sent to it. Before <see cref="ClientLink.Close"/>. Harmless when repeated.</summary>
    public abstract void Remove(ClientLink link);

    /// <summary>A call on the connection has ended, and left no place behind. Loop thread.</summary>
    public abstract void OnPlaceFree(ClientLink link);

    /// <summary>The client begins, or begins again.</summary>
    public void Start(IActorRef client)
    {
        lock (Gate)
        {
            _client = client;
            _refusal = null;
            _stopped = null;
            _isClientTold = false;
            TellClientIfNeeded();
        }
    }

    /// <summary>The client has stopped: every call fails, now and later.</summary>
    public void Stop(RpcConnectionException error)
    {
        List<PendingCall> failing;
        lock (Gate)
        {
            _stopped = error;
            failing = Waiting.TakeAll();
            failing.AddRange(_delayed.TakeAll());
        }

        foreach (PendingCall call in failing)
        {
            call.Fail(error.ForAnotherCall());
        }
    }

    /// <summary>Says whether calls fail at once while there is no connection, and with what; null: they wait.</summary>
    public void Refuse(RpcConnectionException? error)
    {
        List<PendingCall> failing;
        lock (Gate)
        {
            _refusal = error;
            if (error is null || HasLinks)
            {
                return;
            }

            failing = Waiting.TakeAll();
        }

        foreach (PendingCall call in failing)
        {
            Failed(call, error.ForAnotherCall(), isSafe: true);
        }
    }

    /// <summary>The client has begun to deal with <see cref="CallsWaiting"/>.</summary>
    public void AcknowledgeWaiting()
    {
        lock (Gate)
        {
            _isClientTold = false;
        }
    }

    /// <summary>Finds the call a connection, or lets it wait, or ends it.</summary>
    public void Route(PendingCall call)
    {
        call.Router = this;
        while (true)
        {
            if (call.IsEnded)
            {
                return;
            }

            if (_stopped is { } stopped)
            {
                call.Fail(stopped.ForAnotherCall());
                return;
            }

            ClientLink? link = Pick(call, out RpcException? failure);
            if (failure is not null)
            {
                Failed(call, failure, isSafe: true);
                return;
            }

            if (link is null || link.TryPost(call))
            {
                return;
            }

            // It has ended in this moment, and has left the set of links before: the next pick is another one.
            link.Leave();
            if (call.IsProbe)
            {
                call.IsProbe = false;
                link.Endpoint.Circuit.ProbeLost();
            }
        }
    }

    /// <summary>A call's try has failed: it is made again if that is allowed, else it ends.</summary>
    /// <param name="call">Nobody else has it any more.</param>
    /// <param name="error">What it ends with.</param>
    /// <param name="isSafe">Whether the server has surely not begun it, so that it need not be idempotent.</param>
    public void Failed(PendingCall call, Exception error, bool isSafe)
    {
        if (call.IsProbe)
        {
            call.IsProbe = false;
            call.Link!.Endpoint.Circuit.ProbeFailed();
        }

        if (Options.Retry is { } retry && ++call.Failures < retry.MaxTries && !call.HasItems && (isSafe || call.Options.IsIdempotent) && TryDelay(call, retry))
        {
            Counters.AddRetry();
        }
        else
        {
            call.Fail(error);
        }
    }

    /// <summary>A call was cancelled: nobody keeps a place for it.</summary>
    public void OnCancelled(PendingCall call)
    {
        lock (Gate)
        {
            if (call.Row is { } row)
            {
                row.Remove(call);
                call.Retry = null;
                return;
            }
        }

        call.Link?.PostCancelled(call);
    }

    /// <summary>Whether there is any connection. Guarded by <see cref="Gate"/>.</summary>
    protected abstract bool HasLinks { get; }

    /// <summary>Whether the client should be told that calls wait. Guarded by <see cref="Gate"/>.</summary>
    protected abstract bool WantsLinks { get; }

    /// <summary>Finds a link with a place for the call, and takes the place; or gives the call to the row of waiting ones and returns null; or says why neither.</summary>
    protected abstract ClientLink? Pick(PendingCall call, out RpcException? failure);

    /// <summary>Ends calls that waited, because all servers are taken for dead. Not under <see cref="Gate"/>.</summary>
    protected void RefuseHopeless(List<PendingCall>? hopeless) => hopeless?.ForEach(call => Failed(call, ServersTakenForDead(), isSafe: true));

    protected static RpcRefusedException ServersTakenForDead() =>
        new("Every server has let too many calls in a row time out, and is left alone for a while.");

    /// <summary>A connection has opened: whatever was said against the servers is old. Guarded by <see cref="Gate"/>.</summary>
    protected void Accept() => _refusal = null;

    /// <summary>Has the call wait, or says why it must not. Guarded by <see cref="Gate"/>.</summary>
    protected RpcException? Await(PendingCall call)
    {
        if (_stopped is { } stopped)
        {
            return stopped.ForAnotherCall();
        }

        if (!HasLinks && _refusal is { } refusal)
        {
            return refusal.ForAnotherCall();
        }

        if (Waiting.Count >= Options.MaxPendingCalls)
        {
            return new RpcRefusedException($"{Options.MaxPendingCalls} calls wait for a connection already.");
        }

        // Its cancellation looks for it here, under the lock; one that came before is found ended when its turn comes.
        Waiting.Add(call);
        if (call.Deadline != 0)
        {
            (_timer ??= new WaitingTimer(this)).NotLaterThan(call.Deadline);
        }

        TellClientIfNeeded();
        return null;
    }

    protected void TellClientIfNeeded()
    {
        if (WantsLinks && !_isClientTold)
        {
            _isClientTold = true;
            _client.Tell(CallsWaiting.Instance, ActorRefs.NoSender);
        }
    }

    private bool TryDelay(PendingCall call, RetryPolicy retry)
    {
        TimeSpan delay = retry.Delay.DelayAfter(call.Failures);
        if (call.IsEnded || (call.Deadline != 0 && Clock.Until(call.Deadline, Clock.Now) <= delay))
        {
            return false;
        }

        RetryTimer timer = new(this, call, delay);
        lock (Gate)
        {
            if (_stopped is not null)
            {
                return false;
            }

            call.Retry = timer;
            _delayed.Add(call);
        }

        HomeLoop.Execute(timer);
        return true;
    }

    private void EndOverdue()
    {
        List<PendingCall>? overdue = null;
        lock (Gate)
        {
            long now = Clock.Now;
            long next = long.MaxValue;
            PendingCall? following;
            for (PendingCall? call = Waiting.First; call is not null; call = following)
            {
                following = call.Next;
                if (call.Deadline == 0)
                {
                    continue;
                }

                if (call.Deadline <= now)
                {
                    Waiting.Remove(call);
                    (overdue ??= []).Add(call);
                }
                else
                {
                    next = Math.Min(next, call.Deadline);
                }
            }

            _timer!.Rearm(next);
        }

        overdue?.ForEach(call => call.FailLate());
    }

    /// <summary>One timer for all waiting calls, set to the earliest end of their time. Its moment is guarded by the router's lock.</summary>
    private sealed class WaitingTimer(CallRouter router) : LoopTimer, IThreadPoolWorkItem
    {
        private long _moment = long.MaxValue;

        public void NotLaterThan(long moment)
        {
            if (moment < _moment)
            {
                Rearm(moment);
            }
        }

        public void Rearm(long moment)
        {
            _moment = moment;
            if (moment != long.MaxValue)
            {
                router.HomeLoop.Execute(this);
            }
        }

        public void Execute()
        {
            long moment;
            lock (router.Gate)
            {
                moment = _moment;
            }

            if (moment != long.MaxValue && router.HomeLoop.IsOnLoop)
            {
                router.HomeLoop.Schedule(this, Clock.Until(moment, Clock.Now));
            }
        }

        protected override void OnDue() => router.EndOverdue();
    }

    /// <summary>One wait before one more try. Rare enough to be allocated.</summary>
    private sealed class RetryTimer(CallRouter router, PendingCall call, TimeSpan delay) : LoopTimer, IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (router.HomeLoop.IsOnLoop)
            {
                router.HomeLoop.Schedule(this, delay);
            }
        }

        protected override void OnDue()
        {
            lock (router.Gate)
            {
                if (call.Retry != this)
                {
                    return;
                }

                call.Retry = null;
                call.Row!.Remove(call);
            }

            router.Route(call);
        }
    }
}
