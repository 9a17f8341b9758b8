using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>An accepted connection: a frame is a request for its handler, an answer becomes a frame. Answers leave in the order of the requests, unless they have ids.</summary>
internal sealed class ServerConnectionActor(
    PollerRef poller, ConnectionSettings settings, IHandlerBinder handlers, RequestCellPool cells)
    : ConnectionActor(poller, settings)
{
    private static readonly BufferSlice s_nothing = new();

    private readonly OutgoingFrames _frames = new();
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

        // A request of a protocol with ids may have a deadline, which begins now.
        cell.Begin(Connection, isTimed: !Settings.AnswersInOrder);
        Link(cell);
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

    protected override void OnClosed(CloseReason reason, Exception? error)
    {
        _isClosed = true;
        _frames.Complete(isOpen: false);
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

        if (!Settings.AnswersInOrder)
        {
            if (TryFinish(answered))
            {
                ContinueReading();
            }

            return;
        }

        answered.IsReady = true;
        bool isProgress = false;
        while (_oldest is { IsReady: true } cell)
        {
            isProgress = true;
            if (!TryFinish(cell))
            {
                return;
            }
        }

        if (isProgress)
        {
            ContinueReading();
        }
    }

    // Puts the answer on the wire, and closes when there is none although one is owed.
    private bool TryFinish(RequestCell cell)
    {
        Unlink(cell);
        Exception? failure = cell.IsWithoutAnswer ? cell.Failure : TryWrite(cell);
        cell.ReleaseConnectionSide();
        if (failure is not null)
        {
            BeginClose(CloseReason.HandlerFaulted, failure);
        }

        return failure is null;
    }

    private void Link(RequestCell cell)
    {
        cell.Previous = _youngest;
        if (_youngest is null)
        {
            _oldest = cell;
        }
        else
        {
            _youngest.Next = cell;
        }

        _youngest = cell;
        _inFlight++;
    }

    private void Unlink(RequestCell cell)
    {
        if (cell.Previous is null)
        {
            _oldest = cell.Next;
        }
        else
        {
            cell.Previous.Next = cell.Next;
        }

        if (cell.Next is null)
        {
            _youngest = cell.Previous;
        }
        else
        {
            cell.Next.Previous = cell.Previous;
        }

        (cell.Previous, cell.Next) = (null, null);
        _inFlight--;
    }

    private void OnFrame(OutgoingFrame frame)
    {
        if (_isClosed)
        {
            frame.Release();
            return;
        }

        Write(frame.Payload, s_nothing);
        _frames.Add(frame);
        OnOutputChanged();
    }

    // Who sends frames of his own accord goes on when those before have left, or nearly.
    protected override void OnOutputChanged()
    {
        if (_frames.Count > 0 && !AwaitsRoom())
        {
            _frames.Complete(isOpen: CanSend);
        }
    }

    protected override void OnStopped(CloseReason reason)
    {
        _frames.Complete(isOpen: false);
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
