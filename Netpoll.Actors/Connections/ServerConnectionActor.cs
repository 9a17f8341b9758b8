using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>An accepted connection: a frame is a request for its handler, an answer becomes a frame. Answers leave in the order of the requests, unless they have ids.</summary>
internal sealed partial class ServerConnectionActor(
    PollerRef poller, ConnectionSettings settings, IHandlerBinder handlers, RequestCellPool cells)
    : ConnectionActor(poller, settings)
{
    private static readonly BufferSlice s_nothing = new();

    // Made with the first stream: most connections have none.
    private OutgoingFrames? _frames;
    private IActorRef _handler = ActorRefs.Nobody;
    private bool _ownsHandler;
    private bool _isHandlerGone;
    private bool _isClosed;
    private Exception? _handlerError;

    protected override void OnOpened()
    {
        Poller.Traffic.CountAccepted();
        Connection.IsDuplex = handlers.AreDuplex;
        _handler = handlers.Bind(Context, Poller, out _ownsHandler);
        Context.Watch(_handler);
        _handler.Tell(new Connected(Connection), Self);
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case RequestCell answered:
                OnAnswer(answered);
                break;
            case HandlersHaveRoom:
                OnRoom();
                break;
            case PipeOutput output:
                OnPipeOutput(output);
                break;
            case OutgoingFrame frame:
                OnFrame(frame);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                OnHandlerGone();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnWritabilityChanged(bool isWritable)
    {
        if (!_isHandlerGone)
        {
            _handler.Tell(new WritabilityChanged(Connection, isWritable), Self);
        }
    }

    protected override void OnClosed(CloseReason reason, Exception? error)
    {
        _isClosed = true;
        _frames?.Complete(isOpen: false);
        _pipe?.Abandon();
        AbandonRequests();
        if (_isHandlerGone)
        {
            FinishStop();
            return;
        }

        _handler.Tell(new Disconnected(Connection, reason, error), Self);
        if (!_ownsHandler)
        {
            Context.Unwatch(_handler);
            FinishStop();
        }
        else if (reason == CloseReason.HandshakeTimeout)
        {
            // It takes no message before the handshake ends, which may be never.
            Context.Stop(_handler);
        }
        else if (!Connection.IsDuplex)
        {
            // Behind the requests that it still has: everything that came before the end reaches it. FinishStop follows its end.
            _handler.Tell(PoisonPill.Instance, Self);
        }
    }

    private void OnFrame(OutgoingFrame frame)
    {
        if (_isClosed)
        {
            frame.Release();
            return;
        }

        Write(frame.Payload, s_nothing);
        (_frames ??= new OutgoingFrames()).Add(frame);
        OnOutputChanged();
    }

    // Who sends frames of his own accord goes on when those before have left, or nearly.
    protected override void OnOutputChanged()
    {
        if (_hasPipeOutput)
        {
            TakePipeOutput();
        }

        if (_frames is { Count: > 0 } && !AwaitsRoom())
        {
            _frames.Complete(isOpen: CanSend);
        }
    }

    protected override void OnStopped(CloseReason reason)
    {
        _frames?.Complete(isOpen: false);
        _pipe?.Abandon();
        AbandonRequests();
        if (!_ownsHandler && !_isHandlerGone)
        {
            // A handler of its own was stopped before it, and knows.
            _handler.Tell(new Disconnected(Connection, reason, null), Self);
        }
    }

    // Of one child, so that all strategies come to the same: what the user's decides, and how often.
    protected override SupervisorStrategy SupervisorStrategy() => handlers.Strategy switch
    {
        null => new OneForOneStrategy(failure => Note(failure, Directive.Stop)),
        OneForOneStrategy limited => new OneForOneStrategy(
            limited.MaxNumberOfRetries, limited.WithinTimeRangeMilliseconds, failure => Note(failure, limited.Decider.Decide(failure))),
        { } other => new OneForOneStrategy(failure => Note(failure, other.Decider.Decide(failure))),
    };

    private Directive Note(Exception failure, Directive directive)
    {
        _handlerError = failure;
        return directive;
    }

    private void OnHandlerGone()
    {
        _isHandlerGone = true;
        if (_isClosed)
        {
            FinishStop();
        }
        else
        {
            FinishPipe();

            // Unless it has said itself what for: then that is the reason already.
            BeginClose(_handlerError is null ? CloseReason.Shutdown : CloseReason.HandlerFaulted, _handlerError);
        }
    }
}
