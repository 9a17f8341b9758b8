using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>
/// Binds, accepts, and spreads the connections over the pollers; the parent of its connections, and of its shared handlers.
/// </summary>
/// <remarks>
/// <code>
///   Binding ──resolved, bound, heard by the loops──► Listening ──Unbind, Drain──► Unbound
///      │ └────────────────────Unbind, Drain───────────────────────────────────────▲
///      └──────failed──► Failed (answers GetBound with the failure)
/// </code>
/// </remarks>
internal sealed partial class ListenerActor(
    IReadOnlyList<NetAddress> addresses, IFrameCodec codec, HandlerSource handlers, ListenerOptions options) : UntypedActor
{
    private const string ConnectionPrefix = "connection-";

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IActorRef> _waitingForBound = [];
    private readonly List<AcceptBridge> _bridges = [];
    private readonly ListenerService _service = new(Context.Self, options.DrainTimeout);
    private NetpollExtension? _netpoll;
    private Admission? _admission;
    private Bound? _bound;
    private Props[] _connectionProps = [];
    private long _connections;
    private int _opening;
    private int _suspended;
    private bool _isClosing;

    private string Names => string.Join(", ", addresses);

    protected override void PreStart()
    {
        try
        {
            Prepare();
        }
        catch (Exception error)
        {
            // Not thrown on: whoever asks where it is bound shall hear why it is not, instead of asking an actor that has ended.
            BecomeFailed(error);
            return;
        }

        ResolveAsync().PipeTo(Self, success: resolved => new Resolved(resolved), failure: error => new BindFailed(error));
    }

    protected override void OnReceive(object message) => Binding(message);

    protected override void Unhandled(object message)
    {
        if (message is AdoptSocket adopt)
        {
            ((IOwnsResources)adopt).Release();
            Sender.Tell(new Status.Failure(new InvalidOperationException($"The listener on {Names} does not listen, so it serves no sockets.")));
        }
        else
        {
            base.Unhandled(message);
        }
    }

    protected override void PostStop()
    {
        CloseSockets();
        _drainDeadline?.Cancel();
        _service.MarkStopped();
        _netpoll?.Services.Remove(_service, _service.Unbound, _service.Lingering.NoneAsync());
    }

    protected override SupervisorStrategy SupervisorStrategy() => options.Strategy ?? base.SupervisorStrategy();

    private static Props ConnectionProps(PollerRef poller, ConnectionSettings settings, IHandlerBinder binder)
    {
        RequestCellPool cells = new(poller.Loop, poller.Traffic);
        return Props.CreateBy(new Producer<ServerConnectionActor>(() => new ServerConnectionActor(poller, settings, binder, cells)))
            .WithDispatcher(poller.DispatcherId);
    }

    private void Prepare()
    {
        NetpollExtension netpoll = Context.System.Netpoll();
        _netpoll = netpoll;
        ConnectionSettings settings = options.ToSettings(codec) with { Lingering = _service.Lingering };
        IHandlerBinder binder = handlers.Prepare(Context, netpoll);
        _connectionProps = [.. netpoll.Pollers.Select(poller => ConnectionProps(poller, settings, binder))];
        _admission = new Admission(options.Limits, netpoll.Loops, options.LoadBalancing, TimeProvider.System);
        netpoll.Services.Add(_service);
    }

    private async Task<ResolvedAddress[]> ResolveAsync()
    {
        await _netpoll!.Services.AddressesFreeAsync().ConfigureAwait(false);
        ResolvedAddress[] resolved = new ResolvedAddress[addresses.Count];
        for (int i = 0; i < resolved.Length; i++)
        {
            resolved[i] = new ResolvedAddress(addresses[i], await addresses[i].ResolveAsync().ConfigureAwait(false));
        }

        return resolved;
    }

    private void Binding(object message)
    {
        switch (message)
        {
            case Resolved resolved:
                Bind(resolved.Addresses);
                break;
            case AcceptOpened { Error: { } error }:
                BecomeFailed(error);
                break;
            case AcceptOpened:
                OnOpened();
                break;
            case BindFailed failed:
                BecomeFailed(failed.Error);
                break;
            case Accepted accepted:
                // One of several sockets is already heard of: nobody need wait for the others.
                Spawn(accepted);
                break;
            case GetBound:
                _waitingForBound.Add(Sender);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Listening(object message)
    {
        switch (message)
        {
            case Accepted accepted:
                Spawn(accepted);
                break;
            case AdoptSocket adopt:
                Sender.Tell(new Adopted(Spawn(adopt.Channel, adopt.LocalAddress, _netpoll!.NextPoller().Index)));
                break;
            case GetBound:
                Sender.Tell(_bound!);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void UnboundState(object message)
    {
        switch (message)
        {
            case Accepted accepted:
                // Taken before the channel was closed: they get no answer from a listener that has ended its service.
                accepted.Release();
                break;
            case GetBound:
                Sender.Tell(new Status.Failure(new InvalidOperationException($"The listener on {Names} was unbound.")));
                break;
            case Resolved or BindFailed or AcceptOpened:
                break;
            default:
                Common(message);
                break;
        }
    }

    /// <summary>What means the same in every state.</summary>
    private void Common(object message)
    {
        switch (message)
        {
            case Unbind:
                BecomeUnbound();
                _service.Unbound.PipeTo(Sender, Self, success: () => Messages.Unbound.Instance);
                break;
            case Drain:
                BeginDrain(Sender);
                break;
            case DrainExpired:
                EndUnfinished();
                break;
            case Terminated ended:
                OnDrained(ended.ActorRef);
                break;
            case GetStats:
                Sender.Tell(_admission?.Stats ?? new ListenerStats(0, 0, 0, 0, 0, 0, 0));
                break;
            case AcceptSuspended suspended:
                OnSuspended(suspended);
                break;
            case AcceptRecovered:
                OnRecovered();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Bind(ResolvedAddress[] resolved)
    {
        List<ListenChannel[]> opened;
        try
        {
            opened = ListeningSockets.Open(
                resolved,
                options.ListenPerPoller ? _netpoll!.Pollers.Count : 1,
                options.Socket,
                absent => _log.Warning("{0} is listened on without one of its addresses: {1}", Names, absent.Message));
        }
        catch (SocketOperationException error)
        {
            BecomeFailed(error);
            return;
        }

        foreach (ListenChannel[] channels in opened)
        {
            for (int i = 0; i < channels.Length; i++)
            {
                PollerRef poller = options.ListenPerPoller ? _netpoll!.Pollers[i] : _netpoll!.NextPoller();
                _bridges.Add(new AcceptBridge(
                    poller, channels[i], _admission!, options.ListenPerPoller, Self, Context.System.EventStream));
            }
        }

        _bound = new Bound([.. opened.Select(channels => channels[0].LocalAddress)]);
        _opening = _bridges.Count;
        foreach (AcceptBridge bridge in _bridges)
        {
            bridge.Poller.Loop.Execute(bridge.Open);
        }
    }

    private void OnOpened()
    {
        if (--_opening == 0)
        {
            _log.Info("Listening on {0}", string.Join(", ", _bound!.Addresses));
            AnswerWaiting(_bound);
            Become(Listening);
            Context.System.EventStream.Publish(new ListenerBound(Self, _bound.Addresses));
        }
    }

    private void Spawn(Accepted accepted)
    {
        NetAddress localAddress = accepted.From.Channel.LocalAddress;
        foreach (Admitted connection in accepted.Connections)
        {
            Spawn(connection.Channel, localAddress, connection.Loop);
        }

        accepted.From.Poller.Loop.Execute(accepted.From.Continue);
    }

    // The sockets of one listener run out of descriptors together: that is one episode.
    private void OnSuspended(AcceptSuspended suspended)
    {
        if (_suspended++ == 0)
        {
            _log.Warning("{0} accepts no connections for now, and will try again: {1}", Names, suspended.Error);
            Context.System.EventStream.Publish(new AcceptingSuspended(Self, suspended.Error));
        }
    }

    private void OnRecovered()
    {
        if (--_suspended == 0)
        {
            _log.Info("{0} accepts connections again", Names);
            Context.System.EventStream.Publish(new AcceptingResumed(Self));
        }
    }

    private IActorRef Spawn(StreamChannel channel, NetAddress localAddress, int loop)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{ConnectionPrefix}{++_connections}");
        IActorRef connection = Context.ActorOf(_connectionProps[loop], name);
        connection.Tell(new Adopt(channel, localAddress, connection), Self);
        return connection;
    }

    private void BecomeFailed(Exception error)
    {
        _log.Error(error, "Cannot listen on {0}", Names);
        CloseSockets();
        AnswerWaiting(new Status.Failure(error));
        Become(message =>
        {
            switch (message)
            {
                case GetBound:
                    Sender.Tell(new Status.Failure(error));
                    break;
                case Accepted accepted:
                    accepted.Release();
                    break;
                case Resolved or BindFailed or AcceptOpened:
                    break;
                default:
                    Common(message);
                    break;
            }
        });
    }

    private void BecomeUnbound()
    {
        if (_isClosing)
        {
            return;
        }

        CloseSockets();
        AnswerWaiting(new Status.Failure(new InvalidOperationException($"The listener on {Names} was unbound.")));
        Become(UnboundState);
    }

    // Unbound is said on the thread of the loop that closes the last socket: whoever hears it may bind the address again.
    private void CloseSockets()
    {
        if (_isClosing)
        {
            return;
        }

        _isClosing = true;
        if (_bound is not null && _opening == 0)
        {
            Context.System.EventStream.Publish(new ListenerUnbound(Self, _bound.Addresses));
        }

        if (_bridges.Count == 0)
        {
            _service.MarkUnbound();
        }

        int left = _bridges.Count;
        foreach (AcceptBridge bridge in _bridges)
        {
            bridge.Poller.Loop.Execute(() =>
            {
                bridge.Close();
                if (Interlocked.Decrement(ref left) == 0)
                {
                    _service.MarkUnbound();
                }
            });
        }
    }

    private void AnswerWaiting(object answer)
    {
        foreach (IActorRef waiting in _waitingForBound)
        {
            waiting.Tell(answer);
        }

        _waitingForBound.Clear();
    }

    private sealed record Resolved(ResolvedAddress[] Addresses) : INoSerializationVerificationNeeded;

    private sealed record BindFailed(Exception Error) : INoSerializationVerificationNeeded;
}
