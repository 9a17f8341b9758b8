using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>Few links with many calls each. The links are an array that is replaced as a whole, so that picking one takes no lock.</summary>
internal sealed class MuxRouter(RpcClientOptions options, EventLoop homeLoop) : CallRouter(options, homeLoop)
{
    private ClientLink[] _links = [];
    private int _turn;

    public override int InFlight => Array.ConvertAll(Volatile.Read(ref _links), link => link.Load).Sum() + WaitingCount;

    protected override bool HasLinks => _links.Length > 0;

    // Its connections are opened without being asked for.
    protected override bool WantsLinks => false;

    public override void Add(ClientLink link)
    {
        List<PendingCall>? hopeless;
        lock (Gate)
        {
            Accept();

            // Before anybody else sees the link: a caller's later call must not overtake those that wait.
            ClientLink[] links = [.. _links, link];
            hopeless = PassWaitingTo(links);
            Volatile.Write(ref _links, links);
        }

        RefuseHopeless(hopeless);
    }

    public override void Remove(ClientLink link)
    {
        List<PendingCall>? hopeless;
        lock (Gate)
        {
            Volatile.Write(ref _links, Array.FindAll(_links, other => other != link));

            // Those who waited for it to have room may be left with servers that are taken for dead.
            hopeless = PassWaitingTo(_links);
        }

        RefuseHopeless(hopeless);
    }

    public override void OnPlaceFree(ClientLink link)
    {
        // Seen without the lock: those who wait while there are connections are left over from before, and grow no more.
        if (Waiting.Count > 0)
        {
            List<PendingCall>? hopeless;
            lock (Gate)
            {
                hopeless = PassWaitingTo(_links);
            }

            RefuseHopeless(hopeless);
        }
    }

    protected override ClientLink? Pick(PendingCall call, out RpcException? failure)
    {
        failure = null;
        while (true)
        {
            ClientLink[] links = Volatile.Read(ref _links);
            if (links.Length > 0)
            {
                ClientLink? link = PickFrom(links, call, out bool isAnyAlive);
                failure = link is not null ? null
                    : isAnyAlive ? new RpcRefusedException($"{Options.MaxPendingCalls} calls are open already on each of the connections.")
                    : ServersTakenForDead();
                return link;
            }

            lock (Gate)
            {
                if (_links.Length == 0)
                {
                    failure = Await(call);
                    return null;
                }
            }
        }
    }

    private ClientLink? PickFrom(ClientLink[] links, PendingCall call, out bool isAnyAlive)
    {
        isAnyAlive = false;
        int first = links.Length == 1 ? 0
            : Options.Selection == EndpointSelection.LeastInFlight ? LeastLoaded(links)
            : (int)((uint)Interlocked.Increment(ref _turn) % (uint)links.Length);
        for (int i = 0; i < links.Length; i++)
        {
            ClientLink link = links[(first + i) % links.Length];
            if (!link.Endpoint.Circuit.TryEnter(out bool isProbe))
            {
                continue;
            }

            isAnyAlive = true;
            if (link.TryReserve())
            {
                call.IsProbe = isProbe;
                return link;
            }

            if (isProbe)
            {
                link.Endpoint.Circuit.ProbeLost();
            }
        }

        return null;
    }

    // As for calls that come. Under the lock; returns those for which there is no hope, to be ended outside it.
    private List<PendingCall>? PassWaitingTo(ClientLink[] links)
    {
        while (links.Length > 0 && Waiting.First is { } call)
        {
            if (call.IsEnded)
            {
                Waiting.Remove(call);
                continue;
            }

            if (PickFrom(links, call, out bool isAnyAlive) is not { } link)
            {
                return isAnyAlive ? null : Waiting.TakeAll();
            }

            // It takes the call: a link leaves the set, which takes the lock, before it closes.
            Waiting.Remove(call);
            link.TryPost(call);
        }

        return null;
    }

    private static int LeastLoaded(ClientLink[] links)
    {
        int best = 0;
        int bestLoad = int.MaxValue;
        for (int i = 0; i < links.Length; i++)
        {
            int load = links[i].Load;
            if (load < bestLoad)
            {
                (best, bestLoad) = (i, load);
            }
        }

        return best;
    }
}
