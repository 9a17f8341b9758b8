using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>An accepted connection: a frame is a request for its handler, an answer becomes a frame. Answers leave in the order of the requests.</summary>
internal sealed class ServerConnectionActor(
    PollerRef poller, ConnectionSettings settings, IHandlerBinder handlers, RequestCellPool cells)
    : ConnectionActor(poller, settings)
{
    private IActorRef _handler = ActorRefs.Nobody;
    private bool _ownsHandler;
    private bool _isHandlerGone;
    private bool _isClosed;
    private Exception? _handlerError;

    // The requests that have no answer on the wire yet, oldest first.
    private RequestCell? _oldest;
    private RequestCell? _youngest;
    private int _inFlight;

    protected override int InFlight => _inFlight;

    protected override bool CanFinishInFlight => true;

    protected override void OnOpened()
    {
        Poller.Traffic.CountAccepted();
        _handler = handlers.Bind(Context, Poller, out _ownsHandler);
        Context.Watch(_handler);
        _handler.Tell(new Connected(Connection), Self);
    }

    protected override FrameStatus TakeFrame(LinkBuffer input, ref FrameReader reader)
    {
        RequestCell cell = cells.Rent();
        FrameStatus status = reader.TryRead(input, cell.Payload);
        if (status != FrameStatus.Complete)
        {
            cell.ReturnUnused();
            return status;
        }

        cell.Begin(Connection);
        if (_oldest is null)
        {
            _oldest = cell;
        }
        else
        {
            _youngest!.Next = cell;
        }

        _youngest = cell;
        _inFlight++;
        _handler.Tell(cell, Self);
        return status;
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case RequestCell answered:
                OnAnswer(answered);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                OnHandlerGone();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnClosed(CloseReason reason, Exception? error)
    {
        _isClosed = true;
        AbandonRequests();
        if (_isHandlerGone)
        {
            FinishStop();
            return;
        }

        _handler.Tell(new Disconnected(Connection, reason, error), Self);
        if (_ownsHandler)
        {
            // Behind the requests that it still has: everything that came before the end reaches it. FinishStop follows its end.
            _handler.Tell(PoisonPill.Instance, Self);
        }
        else
        {
            Context.Unwatch(_handler);
            FinishStop();
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _handlerError = failure;
        return Directive.Stop;
    });

    private void OnAnswer(RequestCell answered)
    {
        if (_isClosed)
        {
            answered.Release();
            return;
        }

        answered.IsReady = true;
        bool isProgress = false;
        while (_oldest is { IsReady: true } cell)
        {
            isProgress = true;
            _oldest = cell.Next;
            cell.Next = null;
            _inFlight--;
            Exception? failure = cell.IsWithoutAnswer ? cell.Failure : TryWrite(cell);

            cell.ReleaseConnectionSide();
            if (failure is not null)
            {
                BeginClose(CloseReason.HandlerFaulted, failure);
                return;
            }
        }

        if (isProgress)
        {
            ContinueReading();
        }
    }

    protected override void OnStopped(CloseReason reason)
    {
        AbandonRequests();
        if (!_ownsHandler && !_isHandlerGone)
        {
            // A handler of its own was stopped before it, and knows.
            _handler.Tell(new Disconnected(Connection, reason, null), Self);
        }
    }

    private void AbandonRequests()
    {
        for (RequestCell? cell = _oldest; cell is not null; cell = cell.Next)
        {
            cell.Abandon();
            if (cell.IsReady)
            {
                // Its answer came, but was kept back until older ones had left.
                cell.Release();
            }
        }

        (_oldest, _youngest, _inFlight) = (null, null, 0);
    }

    private ArgumentOutOfRangeException? TryWrite(RequestCell cell)
    {
        try
        {
            Write(cell.WrittenAnswer, cell.SlicedAnswer);
            return null;
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            // The handler gave an answer that the codec cannot say. Nothing of it was written.
            return tooLong;
        }
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
            BeginClose(CloseReason.HandlerFaulted, _handlerError);
        }
    }
}
