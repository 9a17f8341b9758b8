using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// Decides which connections there are: opens them, replaces them, waits before it tries a server again. Calls by message pass through it to the
/// router; calls by <see cref="RpcChannel"/> do not.
/// </summary>
/// <remarks>
/// A server, as the client sees it:
/// <code>
///   Hopeful ──cannot connect, or a connection of no use──► Suspect, waiting ──wait over──► Suspect, one attempt
///      ▲                                                          ▲                              │        │
///      │                                                          └─────────── failed ───────────┘        │
///      └────────────────────────────────────── connected ─────────────────────────────────────────────────┘
/// </code>
/// While a server is hopeful, calls wait for a connection to it; when none is hopeful and none connected, they fail at once.
/// </remarks>
internal sealed class RpcClientActor(IReadOnlyList<NetAddress> addresses, IFrameCodec codec, RpcClientOptions options, CallRouter? givenRouter)
    : UntypedActor
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConnectionSettings _settings = new(codec, options.MaxFrameBytes, int.MaxValue, long.MaxValue, TimeSpan.Zero);
    private ServerEndpoint[] _endpoints = [];
    private CallRouter _router = null!;
    private NetpollExtension _netpoll = null!;
    private EventLoop _homeLoop = null!;
    private IActorRef? _drainer;
    private int _connectionsMade;

    protected override void PreStart()
    {
        _netpoll = Context.System.Netpoll();
        _homeLoop = _netpoll.NextPoller().Loop;
        _router = givenRouter ?? CallRouter.For(options, _homeLoop, addresses.Count);
        _endpoints = new ServerEndpoint[addresses.Count];
        for (int i = 0; i < _endpoints.Length; i++)
        {
            _endpoints[i] = new ServerEndpoint(i, addresses[i], options.Circuit);
        }

        _router.Start(Self);
        Connect();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Call call:
                Make(call);
                break;
            case CallsWaiting:
                _router.AcknowledgeWaiting();
                Connect();
                break;
            case Dialled dialled:
                OnDialled(dialled);
                break;
            case DialFailed failed:
                OnDialFailed(failed);
                break;
            case RedialDue due:
                OnRedialDue(due.Endpoint);
                break;
            case LinkOpened opened:
                OnLinkOpened(opened.Link.Endpoint);
                break;
            case LinkEnded ended:
                OnLinkEnded(ended);
                break;
            case GetRpcStats:
                Sender.Tell(_router.Counters.Read(_router.InFlight));
                break;
            case DrainClient drain:
                Drain(drain.Timeout);
                break;
            case DrainDue:
                FinishDrain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _router.Stop(Stopped());
    }

    private RpcConnectionException Stopped() => new($"The client of {string.Join(", ", addresses)} has stopped.", CloseReason.Shutdown);

    private void Make(Call call)
    {
        AskedCall asked = new(Sender);
        asked.Prepare(call.Payload.Span, new CallOptions(call.Timeout, call.IsIdempotent, call.Tag));
        _router.Route(asked);
    }

    /// <summary>Opens what is missing, to servers that may be tried now.</summary>
    private void Connect()
    {
        if (_drainer is not null)
        {
            return;
        }

        if (!options.Connections.IsPool)
        {
            foreach (ServerEndpoint endpoint in _endpoints)
            {
                while (HasRoom(endpoint))
                {
                    Dial(endpoint);
                }
            }

            return;
        }

        int missing = _router.WaitingCount;
        foreach (ServerEndpoint endpoint in _endpoints)
        {
            missing -= endpoint.Dialling;
        }

        while (missing-- > 0 && EmptiestWithRoom() is { } endpoint)
        {
            Dial(endpoint);
        }
    }

    private ServerEndpoint? EmptiestWithRoom()
    {
        ServerEndpoint? best = null;
        foreach (ServerEndpoint endpoint in _endpoints)
        {
            // One that is left alone needs a connection for the call that shows if it lives, and no more.
            bool isOfUse = endpoint.Total == 0 || endpoint.Circuit.RefusesUntil == 0;
            if (isOfUse && HasRoom(endpoint) && (best is null || endpoint.Total < best.Total))
            {
                best = endpoint;
            }
        }

        return best;
    }

    private bool HasRoom(ServerEndpoint endpoint) =>
        !endpoint.IsWaiting && endpoint.Total < (endpoint.IsSuspect ? 1 : options.Connections.Connections);

    private void Dial(ServerEndpoint endpoint)
    {
        endpoint.Dialling++;
        PollerRef poller = _netpoll.NextPoller();
        poller.Loop.ConnectAsync(endpoint.Address, options.Socket, options.ConnectTimeout, _stopping.Token)
            .PipeTo(Self, success: channel => new Dialled(endpoint, poller, channel), failure: error => new DialFailed(endpoint, error));
    }

    private void OnDialled(Dialled dialled)
    {
        ServerEndpoint endpoint = dialled.Endpoint;
        if (_drainer is not null)
        {
            dialled.Release();
            return;
        }

        PollerRef poller = dialled.Poller;
        ClientLink link = new(endpoint, Math.Min(options.MaxPendingCalls, CallTable.For(options.Protocol.IdBytes).MaxCalls));
        Props props = Props
            .CreateBy(new Producer<ClientConnectionActor>(() => new ClientConnectionActor(poller, _settings, link, _router)))
            .WithDispatcher(poller.DispatcherId);
        IActorRef connection = Context.ActorOf(props, $"connection-{++_connectionsMade}");
        connection.Tell(new Adopt(dialled.Channel, dialled.Channel.GetLocalAddress(), connection), Self);
    }

    private void OnLinkOpened(ServerEndpoint endpoint)
    {
        endpoint.Dialling--;
        endpoint.Open++;
        endpoint.IsSuspect = false;
        Connect();
    }

    private void OnDialFailed(DialFailed failed)
    {
        failed.Endpoint.Dialling--;
        _router.Counters.AddFailedDial();
        Suspect(failed.Endpoint);
        RefuseIfHopeless(new RpcConnectionException($"Cannot connect to {failed.Endpoint.Address}: {failed.Error.Message}", reason: null, failed.Error));
    }

    private void OnLinkEnded(LinkEnded ended)
    {
        ServerEndpoint endpoint = ended.Link.Endpoint;
        endpoint.Open--;
        if (_drainer is not null)
        {
            FinishDrainIfEmpty();
            return;
        }

        if (ended.Link.Answers > 0)
        {
            endpoint.Failures = 0;
        }

        // A server that accepts and closes again is no better than one that is not there.
        bool isOfNoUse = ended.Link.Answers == 0 && ended.Error.Reason != CloseReason.LocalClose;
        if (isOfNoUse || options.Reconnect is null)
        {
            Suspect(endpoint);
        }

        RefuseIfHopeless(ended.Error);
        Connect();
    }

    /// <summary>Leaves the server alone for a while; for ever if the client is not to connect again.</summary>
    private void Suspect(ServerEndpoint endpoint)
    {
        endpoint.IsSuspect = true;
        if (endpoint.IsWaiting)
        {
            // Attempts that were under way together fail together, and count as one.
            return;
        }

        endpoint.IsWaiting = true;
        endpoint.Failures++;
        if (options.Reconnect is { } backOff)
        {
            After(backOff.DelayAfter(endpoint.Failures), new RedialDue(endpoint));
        }
    }

    private void OnRedialDue(ServerEndpoint endpoint)
    {
        endpoint.IsWaiting = false;
        if (endpoint.Open > 0)
        {
            // Another connection to it lives: it is there.
            endpoint.IsSuspect = false;
            Connect();
        }
        else if (_drainer is null && HasRoom(endpoint))
        {
            Dial(endpoint);
        }
    }

    private void RefuseIfHopeless(RpcConnectionException error)
    {
        foreach (ServerEndpoint endpoint in _endpoints)
        {
            if (endpoint.Open > 0 || !endpoint.IsSuspect)
            {
                _router.Refuse(null);
                return;
            }
        }

        _router.Refuse(error);
    }

    private void Drain(TimeSpan timeout)
    {
        _drainer = Sender;
        _router.Stop(Stopped());
        foreach (IActorRef connection in Context.GetChildren())
        {
            connection.Tell(DrainLink.Instance, Self);
        }

        After(timeout, DrainDue.Instance);
        FinishDrainIfEmpty();
    }

    private void FinishDrainIfEmpty()
    {
        if (Array.TrueForAll(_endpoints, endpoint => endpoint.Open == 0))
        {
            FinishDrain();
        }
    }

    private void FinishDrain()
    {
        _drainer!.Tell(new ClientDrained(_router.InFlight), Self);
        Context.Stop(Self);
    }

    private void After(TimeSpan delay, object message)
    {
        TellTimer timer = new(Self, message);
        EventLoop loop = _homeLoop;
        loop.Execute(() =>
        {
            if (loop.IsOnLoop)
            {
                loop.Schedule(timer, delay);
            }
        });
    }

    private sealed class TellTimer(IActorRef client, object message) : LoopTimer
    {
        protected override void OnDue() => client.Tell(message, ActorRefs.NoSender);
    }
}
