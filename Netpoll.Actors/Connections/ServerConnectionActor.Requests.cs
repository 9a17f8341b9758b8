using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>From a frame to a handler's request, and from its answer to a frame.</summary>
internal sealed partial class ServerConnectionActor
{
    // The requests that have no answer on the wire yet, oldest first.
    private RequestCell? _oldest;
    private RequestCell? _youngest;
    private int _inFlight;

    // Requests that may still be in the input, and need not be begun when their turn comes.
    private HashSet<ulong>? _cancelledAhead;

    // A place among the requests of all connections, taken for the next frame; and the wait for one.
    private bool _hasPlace;
    private RoomWaiter? _waiter;

    protected override int InFlight => _inFlight;

    protected override bool CanFinishInFlight => true;

    protected override bool CanTakeFrame => _waiter is null && (!Connection.IsDuplex || _inFlight < PipeSession.MaxChunks);

    protected override IProtocolFrames? Roles { get; } = settings.Codec as IProtocolFrames;

    protected override void TakeAhead(FrameRole role, ulong id, in ReadOnlySequence<byte> payload)
    {
        if (role == FrameRole.Cancel)
        {
            // What it cancels is open, or still before it in the input.
            (_cancelledAhead ??= []).Add(id);
        }

        RequestCell cell = cells.Rent();
        using (LinkBuffer copy = new(Poller.Loop.BlockPool))
        {
            foreach (ReadOnlyMemory<byte> piece in payload)
            {
                copy.WriteBinary(piece.Span);
            }

            copy.Flush();
            copy.Slice((int)payload.Length, cell.Payload);
        }

        cell.Begin(Connection, isTimed: !Settings.AnswersInOrder);
        Link(cell);
        _handler.Tell(cell, Self);
    }

    protected override bool TryReserveFrame()
    {
        if (Settings.Queue is not { Policy: OverloadPolicy.Pause } queue || _hasPlace)
        {
            return true;
        }

        _hasPlace = queue.TryEnter();
        if (!_hasPlace)
        {
            _waiter = new RoomWaiter(Self);
            queue.WaitForRoom(_waiter);
        }

        return _hasPlace;
    }

    protected override FrameStatus TakeFrame(LinkBuffer input, ref FrameReader reader)
    {
        RequestCell cell = cells.Rent();
        FrameStatus status = reader.TryRead(input, cell.Payload);
        if (status != FrameStatus.Complete)
        {
            cell.ReturnUnused();
            GiveUpPlace();
            return status;
        }

        // A request of a protocol with ids may have a deadline, which begins now.
        cell.Begin(Connection, isTimed: !Settings.AnswersInOrder);
        Link(cell);
        FrameRole role = RoleOf(cell, out bool isCancelled);
        if (isCancelled)
        {
            Refuse(cell, Refusal.Cancelled);
        }
        else if (IsDraining && role == FrameRole.Request)
        {
            Refuse(cell, Refusal.Draining);
        }
        else if (Settings.Queue is null || role != FrameRole.Request || TryCount(cell, Settings.Queue))
        {
            _handler.Tell(cell, Self);
        }
        else
        {
            Poller.Traffic.CountShed();
            Refuse(cell, Refusal.Overloaded);
        }

        return status;
    }

    private FrameRole RoleOf(RequestCell cell, out bool isCancelled)
    {
        isCancelled = false;
        bool mayBeCancelled = _cancelledAhead is { Count: > 0 };
        if (Roles is null || (Settings.Queue is null && !mayBeCancelled && !IsDraining))
        {
            return FrameRole.Request;
        }

        // A cancel in its turn has nothing before it any more: what it was for is begun, or was not.
        FrameRole role = Roles.GetRole(cell.Payload.AsSequence(), out ulong id);
        isCancelled = mayBeCancelled && _cancelledAhead!.Remove(id) && role == FrameRole.Request;
        return role;
    }

    private void Refuse(RequestCell cell, Refusal why)
    {
        OverloadedException? failure = why == Refusal.Overloaded ? new OverloadedException(Settings.Queue!.Capacity) : null;
        if (Roles is null)
        {
            cell.Refuse(failure, hasAnswer: false);
        }
        else if (Roles.TryWriteRefusal(cell.Payload.AsSequence(), why, cell.WrittenAnswer))
        {
            cell.WrittenAnswer.Flush();
            cell.Refuse(failure, hasAnswer: true);
        }
        else
        {
            cell.Refuse(null, hasAnswer: false);
        }

        Send(cell);
    }

    private bool TryCount(RequestCell cell, HandlerQueue queue)
    {
        if (!_hasPlace && !queue.TryEnter())
        {
            return false;
        }

        _hasPlace = false;
        cell.Queue = queue;
        return true;
    }

    private void GiveUpPlace()
    {
        if (_hasPlace)
        {
            _hasPlace = false;
            Settings.Queue!.Leave();
        }
    }

    private void OnRoom()
    {
        _waiter = null;
        ContinueReading();

        // It may have had no use for the room, and then it is the next one's.
        Settings.Queue!.WakeIfRoom();
    }

    private void OnAnswer(RequestCell answered)
    {
        if (_isClosed)
        {
            answered.Release();
            return;
        }

        if (Send(answered))
        {
            ContinueReading();
        }
    }

    // Puts an answer on the wire, or those that it held up too. False when none could leave.
    private bool Send(RequestCell answered)
    {
        if (!Settings.AnswersInOrder)
        {
            return TryFinish(answered);
        }

        answered.IsReady = true;
        bool isProgress = false;
        while (_oldest is { IsReady: true } cell)
        {
            isProgress = true;
            if (!TryFinish(cell))
            {
                return false;
            }
        }

        return isProgress;
    }

    // Puts the answer on the wire, and closes when there is none although one is owed.
    private bool TryFinish(RequestCell cell)
    {
        Unlink(cell);
        Exception? failure = cell.IsWithoutAnswer ? AnswerFailure(cell) : TryWrite(cell);
        cell.ReleaseConnectionSide();
        if (failure is not null)
        {
            BeginClose(failure is OverloadedException ? CloseReason.Overloaded : CloseReason.HandlerFaulted, failure);
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

    // A peer that counts answers must not take a later one for this one's: without a form for failures, there is no going on.
    private Exception? AnswerFailure(RequestCell cell)
    {
        if (cell.Failure is { } failure && Settings.FailureReply?.Invoke(failure) is { } reply)
        {
            cell.WrittenAnswer.WriteBinary(reply.Span);
            cell.WrittenAnswer.Flush();
            return TryWrite(cell);
        }

        return cell.Failure;
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
        GiveUpPlace();
        if (_waiter is not null)
        {
            // It may have been told of room and not have acted.
            _waiter.Leave();
            Settings.Queue!.WakeIfRoom();
        }
    }
}
