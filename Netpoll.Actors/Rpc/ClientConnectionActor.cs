using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>A dialled connection: calls become frames, and the frames that come are answers.</summary>
internal sealed class ClientConnectionActor(PollerRef poller, ConnectionSettings settings, ClientLink link, CallRouter router)
    : ConnectionActor(poller, settings)
{
    private readonly CallTable _calls = CallTable.For(router.Options.Protocol.IdBytes);
    private readonly BufferSlice _frame = new();
    private DueTimer? _dueTimer;
    private long _dueAt = long.MaxValue;
    private bool _isDraining;
    private StreamedCall? _fullStream;

    // Out of the outbox and not in the table: what is being sent, and what comes after it. There only if a protocol or codec throws, against its contract.
    private PendingCall? _sending;
    private PendingCall? _unsent;

    protected override int InFlight => _calls.Count;

    protected override bool CanFinishInFlight => false;

    // A stream that is read too slowly holds the server back, where no other call suffers for it.
    protected override bool CanTakeFrame => _fullStream is null;

    private ICallProtocol Protocol => router.Options.Protocol;

    protected override void OnOpened()
    {
        Poller.Traffic.CountDialled();
        link.Open(Connection);
        router.Add(link);

        // Whoever sees it counted can use it.
        router.Counters.AddOpened();
        Context.Parent.Tell(new LinkOpened(link), Self);
    }

    protected override FrameStatus TakeFrame(LinkBuffer input, ref FrameReader reader)
    {
        if (_calls.Count == 0 && Protocol.IdBytes == 0)
        {
            // An answer that nobody asked for: from here on, no answer could be trusted to belong to its call.
            return input.IsEmpty ? FrameStatus.Incomplete : FrameStatus.Invalid;
        }

        FrameStatus status = reader.TryRead(input, _frame);
        if (status != FrameStatus.Complete)
        {
            return status;
        }

        ReplyStatus reply = Protocol.ReadHead(_frame.AsSequence(), out ReplyHead head);
        switch (reply)
        {
            case ReplyStatus.Answer:
            case ReplyStatus.End:
                Deliver(head, isEnd: reply == ReplyStatus.End);
                break;
            case ReplyStatus.Item:
                DeliverItem(head);
                break;
        }

        _frame.Dispose();
        return reply == ReplyStatus.Invalid ? FrameStatus.Invalid : FrameStatus.Complete;
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case CallsPosted:
                SendPosted();
                GiveUpCancelled();
                break;
            case CallsDue:
                GiveUpOverdue();
                break;
            case StreamHasRoom:
                _fullStream = null;
                ContinueReading();
                break;
            case StreamWasRead read:
                Grant(read.Call);
                break;
            case DrainLink:
                Drain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnClosed(CloseReason reason, Exception? error)
    {
        End(new RpcConnectionException($"The connection to {Connection.RemoteAddress} has ended ({reason}).", reason, error));
        FinishStop();
    }

    protected override void OnStopped(CloseReason reason) => End(new RpcConnectionException("The client has stopped.", CloseReason.Shutdown));

    private void Deliver(in ReplyHead head, bool isEnd)
    {
        if (!_calls.TryTake(head.Id, out PendingCall? call))
        {
            router.Counters.AddLateAnswer();
            return;
        }

        link.Answers++;
        link.Endpoint.Circuit.Answered();
        link.Leave();
        if (_isDraining)
        {
            EndCall(call, head, isEnd);
            OnPlaceFree();
        }
        else
        {
            // First the place: what follows the call may be run in here, and call again.
            OnPlaceFree();
            EndCall(call, head, isEnd);
        }
    }

    private void EndCall(PendingCall? call, in ReplyHead head, bool isEnd)
    {
        // Whatever it says, the server lives.
        call?.IsProbe = false;
        if (call is null)
        {
            router.Counters.AddLateAnswer();
        }
        else if (isEnd)
        {
            call.EndStream(_frame.AsSequence());
        }
        else if (head.Failure is null)
        {
            if (!call.TryAnswer(_frame, head.HeadBytes))
            {
                router.Counters.AddLateAnswer();
            }
        }
        else if (head.IsNotStarted || head.IsTransient)
        {
            router.Failed(call, head.Failure, isSafe: head.IsNotStarted);
        }
        else
        {
            call.Fail(head.Failure);
        }
    }

    private void DeliverItem(in ReplyHead head)
    {
        if (_calls.Find(head.Id) is not { IsEnded: false } call)
        {
            router.Counters.AddLateAnswer();
            return;
        }

        link.Answers++;
        link.Endpoint.Circuit.Answered();
        if (call is not StreamedCall stream)
        {
            Abandon(call, PendingCall.NotOneAnswer());
            return;
        }

        bool isAlone = router.Options.Connections.IsPool;
        if (!isAlone && stream.IsExhausted)
        {
            Abandon(call, new RpcOverflowException($"More than {router.Options.MaxUnreadBytes} bytes of a stream have come and were not read."));
            return;
        }

        stream.AddItem(_frame.AsSequence().Slice(head.HeadBytes), _frame.Length);
        if (isAlone && stream.IsFull && stream.TryHoldBack(Self))
        {
            _fullStream = stream;
        }
    }

    private void Grant(StreamedCall stream)
    {
        if (stream.IsOpen && stream.Link == link && Output is not null && stream.TryGrant(out long total))
        {
            using LinkBuffer credit = new(Poller.Loop.BlockPool);
            Protocol.WriteCredit(stream.Id, total, credit);
            SendControl(credit);
        }
    }

    private void SendControl(LinkBuffer frame)
    {
        frame.Flush();
        using BufferSlice nothing = new();
        Write(frame, nothing);
    }

    private void Abandon(PendingCall call, RpcException error)
    {
        ForgetProbe(call);
        GiveUp(call, Clock.Now);
        call.Fail(error);
    }

    private void SendPosted()
    {
        PendingCall? call = link.TakePosted();
        if (call is null)
        {
            return;
        }

        LinkBuffer? output = Connection.IsActive ? Output : null;
        if (output is null)
        {
            // The end of what the server has sent is still to be read, and then the connection ends. Nobody need wait for that.
            router.Remove(link);
        }

        long now = Clock.Now;
        while (call is not null)
        {
            PendingCall? next = call.Next;
            call.Next = null;
            (_sending, _unsent) = (call, next);
            if (output is null)
            {
                link.Leave();
                router.Failed(call, new RpcConnectionException($"{Connection.RemoteAddress} takes nothing more.", CloseReason.PeerReset), isSafe: true);
            }
            else if (!TrySend(call, output, now))
            {
                link.Leave();
                OnPlaceFree();
            }

            call = next;
        }

        (_sending, _unsent) = (null, null);
        if (output is not null)
        {
            // In a pool there is one call on a connection, and nothing to merge it with: if it came of an answer of this round, the server may
            // begin while the round goes on. Those of other threads come at its end, where first their answers are passed on.
            FlushOutput(isLastOfRound: router.Options is { ContinueOnLoop: true, Connections.IsPool: true });
        }
    }

    /// <summary>Writes the call, or ends it if there is no sense or no way in that.</summary>
    /// <returns>Whether it has a place here from now on.</returns>
    private bool TrySend(PendingCall call, LinkBuffer output, long now)
    {
        if (call.IsEnded)
        {
            ForgetProbe(call);
            return false;
        }

        TimeSpan? timeLeft = null;
        if (call.Deadline != 0)
        {
            if (call.Deadline <= now)
            {
                CountOverdue(call);
                call.FailLate();
                return false;
            }

            timeLeft = Clock.Until(call.Deadline, now);
        }

        bool isAnswered = Protocol.IsAnswered(call.Options.Tag);
        if (isAnswered)
        {
            _calls.Add(call);
            _sending = null;
        }

        long payloadBytes = call.RequestBytes;
        CallHead head = new(isAnswered ? call.Id : 0, payloadBytes, timeLeft, call.Options.Tag, call.StreamWindow);
        long frameBytes = payloadBytes + Protocol.HeadBytes(head);
        try
        {
            Settings.Codec.EncodePrefix(output, frameBytes);
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            // The codec cannot say such a length. Nothing of it was written, so that the other calls go on.
            if (isAnswered)
            {
                _calls.TakeBack(call);
            }

            ForgetProbe(call);
            call.Fail(new RpcException($"The request is too long for its frame: {tooLong.Message}", tooLong));
            return false;
        }

        Protocol.WriteHead(head, output);
        call.WriteRequest(output, mayRepeat: router.Options.Retry is not null);
        Settings.Codec.EncodeSuffix(output, frameBytes);
        if (!isAnswered)
        {
            ForgetProbe(call);
            _sending = null;
            using BufferSlice nothing = new();
            call.TryAnswer(nothing, headBytes: 0);
            return false;
        }

        if (timeLeft is { } left)
        {
            NotLaterThan(call.Deadline, left);
        }

        return true;
    }

    private void GiveUpCancelled()
    {
        PendingCall? call = link.TakeCancelled();
        while (call is not null)
        {
            PendingCall? next = call.NextCancelled;
            call.NextCancelled = null;
            if (call.IsOpen && call.Link == link)
            {
                ForgetProbe(call);
                GiveUp(call, Clock.Now);
            }

            call = next;
        }
    }

    private void GiveUpOverdue()
    {
        _dueAt = long.MaxValue;
        long now = Clock.Now;
        long next = long.MaxValue;
        for (int place = 0; place < _calls.Places; place++)
        {
            if (_calls[place] is not { Deadline: not 0 } call)
            {
                continue;
            }

            if (call.Deadline <= now)
            {
                // First counted: the call that gets the place should know that the server is taken for dead.
                CountOverdue(call);
                GiveUp(call, now);
                call.FailLate();
            }
            else
            {
                next = Math.Min(next, call.Deadline);
            }
        }

        if (_calls.OldestGivenUp is var givenUpAt and not 0)
        {
            long latest = LatestAnswer(givenUpAt);
            if (latest <= now)
            {
                BeginClose(CloseReason.LocalClose, new TimeoutException($"No answer within {router.Options.LateAnswerTimeout} after its caller gave up."));
                return;
            }

            next = Math.Min(next, latest);
        }

        if (next != long.MaxValue)
        {
            NotLaterThan(next, Clock.Until(next, now));
        }
    }

    private void CountOverdue(PendingCall call)
    {
        router.Counters.AddTimeout();
        if (call.IsProbe)
        {
            call.IsProbe = false;
            link.Endpoint.Circuit.ProbeFailed();
        }
        else
        {
            link.Endpoint.Circuit.TimedOut();
        }
    }

    // Nobody waits for its answer. Without ids the answer is owed all the same, and its place stays taken until it comes.
    private void GiveUp(PendingCall call, long now)
    {
        ulong id = call.Id;
        if (call == _fullStream)
        {
            Self.Tell(StreamHasRoom.Instance);
        }

        if (!_calls.GiveUp(call, now))
        {
            NotLaterThan(LatestAnswer(now), router.Options.LateAnswerTimeout);
            return;
        }

        link.Leave();
        if (Output is not null)
        {
            using LinkBuffer cancel = new(Poller.Loop.BlockPool);
            if (Protocol.TryWriteCancel(id, cancel))
            {
                SendControl(cancel);
            }
        }

        OnPlaceFree();
    }

    private long LatestAnswer(long givenUpAt) =>
        givenUpAt + (long)(router.Options.LateAnswerTimeout.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);

    private void ForgetProbe(PendingCall call)
    {
        if (call.IsProbe)
        {
            call.IsProbe = false;
            link.Endpoint.Circuit.ProbeLost();
        }
    }

    private void OnPlaceFree()
    {
        if (!_isDraining)
        {
            router.OnPlaceFree(link);
        }
        else if (_calls.Count == 0)
        {
            BeginClose(CloseReason.LocalClose);
        }
    }

    // One timer for all calls, set to the earliest end of their time. A call that ends before leaves it as it is.
    private void NotLaterThan(long moment, TimeSpan delay)
    {
        if (moment < _dueAt)
        {
            _dueAt = moment;
            Poller.Loop.Schedule(_dueTimer ??= new DueTimer(Self), delay);
        }
    }

    private void Drain()
    {
        _isDraining = true;
        router.Remove(link);
        PendingCall? call = link.Close();
        while (call is not null)
        {
            PendingCall? next = call.Next;
            call.Next = null;
            ForgetProbe(call);
            link.Leave();
            router.Route(call);
            call = next;
        }

        if (_calls.Count == 0)
        {
            BeginClose(CloseReason.LocalClose);
        }
    }

    private void End(RpcConnectionException error)
    {
        if (_dueTimer is not null)
        {
            Poller.Loop.Cancel(_dueTimer);
        }

        router.Remove(link);
        PendingCall? unsent = link.Close();
        _frame.Dispose();

        // Whoever sees it counted as ended is not sent to it any more.
        router.Counters.AddEnded();
        for (int place = 0; place < _calls.Places; place++)
        {
            if (_calls[place] is { } call)
            {
                _calls.GiveUp(call, now: 1);
                router.Failed(call, error.ForAnotherCall(), isSafe: false);
            }
        }

        if (_sending is { } halfSent)
        {
            router.Failed(halfSent, error.ForAnotherCall(), isSafe: false);
        }

        FailUnsent(_unsent, error);
        FailUnsent(unsent, error);
        Context.Parent.Tell(new LinkEnded(link, error), Self);
    }

    private void FailUnsent(PendingCall? call, RpcConnectionException error)
    {
        while (call is not null)
        {
            PendingCall? next = call.Next;
            call.Next = null;
            router.Failed(call, error.ForAnotherCall(), isSafe: true);
            call = next;
        }
    }

    private sealed class DueTimer(IActorRef connection) : LoopTimer
    {
        protected override void OnDue() => connection.Tell(CallsDue.Instance, ActorRefs.NoSender);
    }
}
