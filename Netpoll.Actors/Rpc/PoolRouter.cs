using Netpoll.Actors.Messages;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// One call at a time on a link. Links at rest lie in a stack for each server, so that the one that was used last is used next, and those that
/// nobody needs grow old and are closed. A link that becomes free goes to the caller that waits longest.
/// </summary>
/// <remarks>
/// While a circuit is open its links lie at rest although calls may wait, for another server. A timer then looks again when the server may be
/// tried: nothing else might happen until then. If all servers are taken for dead, nobody waits.
/// </remarks>
internal sealed class PoolRouter : CallRouter
{
    private readonly HashSet<ClientLink> _links = [];
    private readonly List<ClientLink>[] _idle;
    private readonly int[] _busy;
    private readonly ServerEndpoint?[] _servers;
    private readonly IdleTimer _idleTimer;
    private readonly ProbeTimer _probeTimer;
    private int _turn;
    private bool _isIdleTimerSet;
    private bool _isProbeTimerSet;

    public PoolRouter(RpcClientOptions options, EventLoop homeLoop, int endpoints)
        : base(options, homeLoop)
    {
        _idle = new List<ClientLink>[endpoints];
        for (int i = 0; i < endpoints; i++)
        {
            _idle[i] = [];
        }

        _busy = new int[endpoints];
        _servers = new ServerEndpoint?[endpoints];
        _idleTimer = new IdleTimer(this);
        _probeTimer = new ProbeTimer(this);
    }

    public override int InFlight
    {
        get
        {
            lock (Gate)
            {
                return _busy.Sum() + Waiting.Count;
            }
        }
    }

    protected override bool HasLinks => _links.Count > 0;

    // A client that has opened all would be woken by every call that waits, for nothing. It hears of each that ends.
    protected override bool WantsLinks => Waiting.Count > 0 && _links.Count < (long)_idle.Length * Options.Connections.Connections;

    public override void Add(ClientLink link)
    {
        List<PendingCall>? hopeless;
        lock (Gate)
        {
            Accept();
            _links.Add(link);
            _servers[link.Endpoint.Index] = link.Endpoint;
            _busy[link.Endpoint.Index]++;
            link.TryReserve();
            hopeless = PassOn(link);
        }

        RefuseHopeless(hopeless);
    }

    public override void Remove(ClientLink link)
    {
        lock (Gate)
        {
            if (_links.Remove(link) && !_idle[link.Endpoint.Index].Remove(link))
            {
                _busy[link.Endpoint.Index]--;
            }

            TellClientIfNeeded();
        }
    }

    public override void OnPlaceFree(ClientLink link)
    {
        List<PendingCall>? hopeless = null;
        lock (Gate)
        {
            if (_links.Contains(link))
            {
                link.TryReserve();
                hopeless = PassOn(link);
            }
        }

        RefuseHopeless(hopeless);
    }

    protected override ClientLink? Pick(PendingCall call, out RpcException? failure)
    {
        lock (Gate)
        {
            int first = _idle.Length == 1 ? 0
                : Options.Selection == EndpointSelection.LeastInFlight ? Array.IndexOf(_busy, _busy.Min())
                : (int)((uint)_turn++ % (uint)_idle.Length);
            bool isAnyRefused = false;
            for (int i = 0; i < _idle.Length; i++)
            {
                if (TryTakeIdle((first + i) % _idle.Length, call, ref isAnyRefused) is { } link)
                {
                    failure = null;
                    return link;
                }
            }

            failure = IsEveryServerTakenForDead ? ServersTakenForDead() : Await(call);
            if (failure is null && isAnyRefused)
            {
                AwaitProbe();
            }

            return null;
        }
    }

    // One that there was never a connection to may be alive.
    private bool IsEveryServerTakenForDead => Array.TrueForAll(_servers, server => server is { Circuit.RefusesUntil: not 0 });

    private ClientLink? TryTakeIdle(int endpoint, PendingCall call, ref bool isRefused)
    {
        List<ClientLink> idle = _idle[endpoint];
        while (idle.Count > 0)
        {
            ClientLink link = idle[^1];
            if (!link.IsActive)
            {
                // The server has closed it; its actor is about to say so.
                idle.RemoveAt(idle.Count - 1);
                _busy[endpoint]++;
                continue;
            }

            if (!link.Endpoint.Circuit.TryEnter(out bool isProbe))
            {
                isRefused = true;
                return null;
            }

            idle.RemoveAt(idle.Count - 1);
            _busy[endpoint]++;
            link.TryReserve();
            call.IsProbe = isProbe;
            return link;
        }

        return null;
    }

    // The link is counted as busy, and has a place reserved. Under the lock; returns the calls for which there is no hope, to be ended outside it.
    private List<PendingCall>? PassOn(ClientLink link)
    {
        while (link.IsActive && Waiting.First is { } call)
        {
            if (!link.Endpoint.Circuit.TryEnter(out bool isProbe))
            {
                Rest(link);
                if (IsEveryServerTakenForDead)
                {
                    return Waiting.TakeAll();
                }

                AwaitProbe();
                return null;
            }

            Waiting.Remove(call);
            if (call.IsEnded)
            {
                if (isProbe)
                {
                    link.Endpoint.Circuit.ProbeLost();
                }

                continue;
            }

            call.IsProbe = isProbe;

            // It takes the call: a link leaves the set, which takes the lock, before it closes.
            link.TryPost(call);
            return null;
        }

        Rest(link);
        return null;
    }

    private void Rest(ClientLink link)
    {
        link.Leave();
        link.IdleSince = Clock.Now;
        _busy[link.Endpoint.Index]--;
        _idle[link.Endpoint.Index].Add(link);
        if (!_isIdleTimerSet)
        {
            _isIdleTimerSet = true;
            HomeLoop.Execute(_idleTimer);
        }
    }

    private void AwaitProbe()
    {
        if (!_isProbeTimerSet)
        {
            _isProbeTimerSet = true;
            HomeLoop.Execute(_probeTimer);
        }
    }

    private TimeSpan UntilProbe()
    {
        lock (Gate)
        {
            long soonest = long.MaxValue;
            for (int i = 0; i < _idle.Length; i++)
            {
                soonest = _idle[i].Count == 0 ? soonest : Math.Min(soonest, _servers[i]!.Circuit.RefusesUntil);
            }

            return soonest == long.MaxValue ? TimeSpan.Zero : Clock.Until(soonest, Clock.Now);
        }
    }

    private void Probe()
    {
        List<PendingCall>? hopeless = null;
        lock (Gate)
        {
            _isProbeTimerSet = false;
            for (int i = 0; i < _idle.Length && Waiting.Count > 0; i++)
            {
                if (_idle[i].Count > 0 && _servers[i]!.Circuit.RefusesUntil == 0)
                {
                    ClientLink link = _idle[i][^1];
                    _idle[i].RemoveAt(_idle[i].Count - 1);
                    _busy[i]++;
                    link.TryReserve();
                    hopeless ??= PassOn(link);
                }
            }

            if (Waiting.Count > 0 && Array.Exists(_idle, idle => idle.Count > 0))
            {
                AwaitProbe();
            }
        }

        RefuseHopeless(hopeless);
    }

    private void CloseIdle()
    {
        List<ClientLink> closing = [];
        lock (Gate)
        {
            long now = Clock.Now;
            foreach (List<ClientLink> idle in _idle)
            {
                int old = 0;
                while (old < idle.Count && now - idle[old].IdleSince >= Options.Connections.IdleTimeout.TotalSeconds * System.Diagnostics.Stopwatch.Frequency)
                {
                    closing.Add(idle[old++]);
                }

                idle.RemoveRange(0, old);
            }

            closing.ForEach(link => _links.Remove(link));
            _isIdleTimerSet = Array.Exists(_idle, idle => idle.Count > 0);
            if (_isIdleTimerSet)
            {
                HomeLoop.Execute(_idleTimer);
            }
        }

        closing.ForEach(link => link.Connection.Actor.Tell(Close.Instance, Akka.Actor.ActorRefs.NoSender));
    }

    private TimeSpan UntilOldest()
    {
        lock (Gate)
        {
            long oldest = long.MaxValue;
            foreach (List<ClientLink> idle in _idle)
            {
                oldest = idle.Count == 0 ? oldest : Math.Min(oldest, idle[0].IdleSince);
            }

            TimeSpan age = oldest == long.MaxValue ? TimeSpan.Zero : System.Diagnostics.Stopwatch.GetElapsedTime(oldest);
            return Options.Connections.IdleTimeout - age;
        }
    }

    /// <summary>One timer for all links at rest, set to the moment at which the oldest is too old.</summary>
    private sealed class IdleTimer(PoolRouter router) : LoopTimer, IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (router.HomeLoop.IsOnLoop)
            {
                router.HomeLoop.Schedule(this, router.UntilOldest());
            }
        }

        protected override void OnDue() => router.CloseIdle();
    }

    /// <summary>Set to the moment at which a server that is taken for dead may be tried, while calls wait and it has links at rest.</summary>
    private sealed class ProbeTimer(PoolRouter router) : LoopTimer, IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (router.HomeLoop.IsOnLoop)
            {
                router.HomeLoop.Schedule(this, router.UntilProbe());
            }
        }

        protected override void OnDue() => router.Probe();
    }
}
