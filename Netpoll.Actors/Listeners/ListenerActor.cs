using System.Globalization;
using System.Net;
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
///   Binding ──resolved, bound──► Listening ──Unbind──► Unbound
///      └────────failed──────────► Failed (answers GetBound with the failure)
/// </code>
/// </remarks>
internal sealed class ListenerActor(NetAddress address, IFrameCodec codec, HandlerSource handlers, ListenerOptions options) : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IActorRef> _waitingForBound = [];
    private NetpollExtension _netpoll = null!;
    private PollerRef _poller = null!;
    private Props[] _connectionProps = [];
    private AcceptBridge? _bridge;
    private ListenChannel? _channel;
    private long _connections;

    protected override void PreStart()
    {
        _netpoll = Context.System.Netpoll();
        _poller = _netpoll.NextPoller();
        ConnectionSettings settings = new(
            codec, options.MaxFrameBytes, options.MaxInFlightPerConnection, options.OutputHighWaterBytes, options.LingerTimeout);
        IHandlerBinder binder = handlers.Prepare(Context, _netpoll);
        _connectionProps = [.. _netpoll.Pollers.Select(poller => ConnectionProps(poller, settings, binder))];
        address.ResolveAsync().PipeTo(Self, success: endPoints => new Resolved(endPoints), failure: error => new BindFailed(error));
    }

    protected override void OnReceive(object message) => Binding(message);

    protected override void PostStop()
    {
        if (_bridge is not null)
        {
            CloseChannel();
        }
    }

    private static Props ConnectionProps(PollerRef poller, ConnectionSettings settings, IHandlerBinder binder)
    {
        RequestCellPool cells = new(poller.Loop, poller.Traffic);
        return Props.CreateBy(new Producer<ServerConnectionActor>(() => new ServerConnectionActor(poller, settings, binder, cells)))
            .WithDispatcher(poller.DispatcherId);
    }

    private void Binding(object message)
    {
        switch (message)
        {
            case Resolved resolved:
                Bind(resolved.EndPoints);
                break;
            case BindFailed failed:
                BecomeFailed(failed.Error);
                break;
            case GetBound:
                _waitingForBound.Add(Sender);
                break;
            case Unbind:
                BecomeUnbound(Sender);
                break;
            default:
                Unhandled(message);
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
            case GetBound:
                Sender.Tell(new Bound(_channel!.LocalAddress));
                break;
            case AcceptSuspended suspended:
                _log.Warning("{0} accepts no connections for now, and will try again: {1}", _channel!.LocalAddress, suspended.Error);
                break;
            case AcceptRecovered:
                _log.Info("{0} accepts connections again", _channel!.LocalAddress);
                break;
            case Unbind:
                BecomeUnbound(Sender);
                break;
            default:
                Unhandled(message);
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
            case Unbind:
                IActorRef asker = Sender;
                CloseChannel(() => asker.Tell(Messages.Unbound.Instance, ActorRefs.NoSender));
                break;
            case GetBound:
                Sender.Tell(new Status.Failure(new InvalidOperationException($"The listener on {address} was unbound.")));
                break;
            case Resolved or BindFailed or AcceptSuspended or AcceptRecovered:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Bind(IReadOnlyList<EndPoint> endPoints)
    {
        try
        {
            _channel = ListenChannel.Open(address, endPoints[0], options.Socket);
        }
        catch (SocketOperationException error)
        {
            BecomeFailed(error);
            return;
        }

        AcceptBridge bridge = new(_poller.Loop, _channel, Self);
        _bridge = bridge;
        _poller.Loop.Execute(bridge.Open);
        _log.Info("Listening on {0}", _channel.LocalAddress);
        AnswerWaiting(new Bound(_channel.LocalAddress));
        Become(Listening);
    }

    private void Spawn(Accepted accepted)
    {
        foreach (StreamChannel channel in accepted.Channels)
        {
            PollerRef poller = _netpoll.NextPoller();
            string name = string.Create(CultureInfo.InvariantCulture, $"connection-{++_connections}");
            Context.ActorOf(_connectionProps[poller.Index], name).Tell(new Adopt(channel, _channel!.LocalAddress), Self);
        }

        _poller.Loop.Execute(_bridge!.Continue);
    }

    private void BecomeFailed(Exception error)
    {
        _log.Error(error, "Cannot listen on {0}", address);
        AnswerWaiting(new Status.Failure(error));
        Become(message =>
        {
            switch (message)
            {
                case GetBound:
                    Sender.Tell(new Status.Failure(error));
                    break;
                case Unbind:
                    Sender.Tell(Messages.Unbound.Instance);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        });
    }

    private void BecomeUnbound(IActorRef asker)
    {
        CloseChannel(() => asker.Tell(Messages.Unbound.Instance, ActorRefs.NoSender));
        AnswerWaiting(new Status.Failure(new InvalidOperationException($"The listener on {address} was unbound.")));
        Become(UnboundState);
    }

    // The answer follows the close on the loop's thread: whoever has it may bind the address again.
    private void CloseChannel(Action? closed = null)
    {
        AcceptBridge? bridge = _bridge;
        _bridge = null;
        _poller.Loop.Execute(() =>
        {
            bridge?.Close();
            closed?.Invoke();
        });
    }

    private void AnswerWaiting(object answer)
    {
        foreach (IActorRef waiting in _waitingForBound)
        {
            waiting.Tell(answer);
        }

        _waitingForBound.Clear();
    }

    private sealed record Resolved(IReadOnlyList<EndPoint> EndPoints) : INoSerializationVerificationNeeded;

    private sealed record BindFailed(Exception Error) : INoSerializationVerificationNeeded;
}
