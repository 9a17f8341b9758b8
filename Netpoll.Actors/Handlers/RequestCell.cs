using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// One request on its way: the message from a connection to its handler, and, answered, the message back. Pooled, so that a request
/// allocates nothing; users hold a <see cref="Request"/>, whose version tells a cell that has been used again since.
/// </summary>
/// <remarks>
/// Two sides use it at once: the handler, until <c>OnRequest</c> has returned, and the connection, until it has sent the answer. Whoever
/// is last gives the cell back. A cell that its connection has abandoned (the peer is gone) is never used again, because its answer may
/// still be on its way: the garbage collector has it.
///
///   state = version | bits:   Released  the handler's side is done, the payload is given back
///                             Answered  there is an answer; set once, by Reply, Fail or Complete
///                             Consumed  the connection has dealt with the answer
///                             Abandoned the connection has ended without waiting for the answer
/// </remarks>
internal sealed class RequestCell(RequestCellPool pool)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    private const long Released = 1;
    private const long Answered = 2;
    private const long Consumed = 4;
    private const long Abandoned = 8;
    private const long Bits = Released | Answered | Consumed | Abandoned;
    private const long OneVersion = Bits + 1;

    private static readonly OperationCanceledException s_abandoned = new("The connection ended before the request was answered.");

    private long _state;

    // The thread that is in OnRequest with this cell, or 0: only there is the payload safe from being released meanwhile.
    private int _handlerThread;

    // Its span and its stop-watch, which travel with it.
    private RequestTrace _trace;

    /// <summary>The next younger request of the connection, and, in the pool, the next free cell. Loop thread.</summary>
    internal RequestCell? Next;

    /// <summary>The next older request of the connection. Loop thread.</summary>
    internal RequestCell? Previous;

    /// <summary>The request's bytes: filled by the connection, then the handler's until it is done.</summary>
    public BufferSlice Payload { get; } = new();

    /// <summary>The answer, if it was written: the answering side's until it is told to the connection.</summary>
    public LinkBuffer WrittenAnswer { get; } = new(pool.Blocks);

    /// <summary>The answer, if it is a slice that was there already, the request's own for example. At most one of the two has bytes.</summary>
    public BufferSlice SlicedAnswer { get; } = new();

    /// <summary>Whose request it is.</summary>
    public ConnectionRef Connection { get; private set; } = null!;

    /// <summary>Why there is no answer, when the handler failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>True when the request is done without anything to send.</summary>
    public bool IsWithoutAnswer { get; private set; }

    /// <summary>Of the connection: the answer has come back, but older requests are still open.</summary>
    public bool IsReady { get; set; }

    /// <summary>Where the request counts until its handler's call has returned; null where nobody counts.</summary>
    public HandlerQueue? Queue { get; set; }

    /// <summary>What a <see cref="Request"/> remembers to know that the cell is still about it.</summary>
    public long Version => Volatile.Read(ref _state) & ~Bits;

    /// <summary>When the request began, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>Begins a request. Loop thread, with the payload filled.</summary>
    public void Begin(ConnectionRef connection, bool isTimed)
    {
        Connection = connection;
        if (isTimed)
        {
            ArrivedAt = Stopwatch.GetTimestamp();
        }

        _trace.Begin(connection, Payload.Length, hasSpan: !isTimed);
        pool.Traffic.CountRequest();
    }

    /// <summary>The handler's call begins, on this thread.</summary>
    /// <inheritdoc cref="RequestTrace.Enter"/>
    public bool EnterHandler(out Activity? outer)
    {
        _handlerThread = Environment.CurrentManagedThreadId;
        return _trace.Enter(out outer);
    }

    /// <summary>Makes the payload itself the answer, without a copy, if that is what the bytes are and the handler's call is on this thread.</summary>
    public bool TryAnswerWithPayload(in ReadOnlySequence<byte> bytes)
    {
        if (_handlerThread != Environment.CurrentManagedThreadId || Payload.IsEmpty)
        {
            return false;
        }

        ReadOnlySequence<byte> own = Payload.AsSequence();
        if (!bytes.Start.Equals(own.Start) || !bytes.End.Equals(own.End))
        {
            return false;
        }

        Payload.RetainInto(SlicedAnswer);
        return true;
    }

    /// <summary>The payload, while the handler may look at it.</summary>
    /// <exception cref="InvalidOperationException">The handler's call has returned, and the payload with it.</exception>
    public ReadOnlySequence<byte> ReadPayload(long version)
    {
        ThrowIfReleased(version);
        return Payload.AsSequence();
    }

    /// <summary>Hands the payload over.</summary>
    /// <exception cref="InvalidOperationException">The handler's call has returned, and the payload with it.</exception>
    public BufferSlice TakePayload(long version)
    {
        ThrowIfReleased(version);
        return Payload.Detach();
    }

    /// <summary>Claims the right to answer, which only one has.</summary>
    /// <returns>False when nobody waits for the answer any more, because the connection has ended.</returns>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    public bool BeginAnswer(long version)
    {
        while (true)
        {
            long state = Volatile.Read(ref _state);
            if ((state & ~Bits) != version || (state & Answered) != 0)
            {
                throw new InvalidOperationException("The request was answered already: it is answered once, by Reply, Fail or Complete.");
            }

            if (Interlocked.CompareExchange(ref _state, state | Answered, state) == state)
            {
                return (state & Abandoned) == 0;
            }
        }
    }

    /// <summary>Sends the answer that was written, after a successful <see cref="BeginAnswer"/>.</summary>
    public void SendAnswer() => Connection.Actor.Tell(this, ActorRefs.NoSender);

    /// <summary>Sends word that there is no answer, after a successful <see cref="BeginAnswer"/>.</summary>
    public void SendNothing(Exception? failure)
    {
        Failure = failure;
        IsWithoutAnswer = true;
        SendAnswer();
    }

    /// <summary>Fails the request unless it was answered: for a handler that threw.</summary>
    public void FailIfOpen(Exception failure)
    {
        long state = Volatile.Read(ref _state);
        while ((state & Answered) == 0)
        {
            long seen = Interlocked.CompareExchange(ref _state, state | Answered, state);
            if (seen == state)
            {
                SendNothing(failure);
                return;
            }

            state = seen;
        }
    }

    /// <summary>The handler's call has returned: the payload goes back.</summary>
    public void ReleaseHandlerSide()
    {
        _handlerThread = 0;
        Payload.Dispose();
        LeaveQueue();
        if ((Interlocked.Or(ref _state, Released) & Consumed) != 0)
        {
            Recycle();
        }
    }

    /// <summary>The connection has dealt with the answer.</summary>
    public void ReleaseConnectionSide()
    {
        End(Failure);
        DropAnswer();
        if ((Interlocked.Or(ref _state, Consumed) & Released) != 0)
        {
            Recycle();
        }
    }

    /// <summary>The connection has ended and waits for no answer. One that comes anyway is dropped.</summary>
    public void Abandon()
    {
        End(s_abandoned);
        Interlocked.Or(ref _state, Abandoned);
    }

    /// <summary>Gives back an empty cell that was rented for a frame that is not there yet. Loop thread.</summary>
    public void ReturnUnused() => pool.Return(this);

    /// <inheritdoc/>
    public void Release()
    {
        // As a request that reached no handler it owns a payload, as an answer that reached no connection what was written.
        if ((Volatile.Read(ref _state) & Answered) != 0)
        {
            DropAnswer();
        }
        else
        {
            Payload.Dispose();
            LeaveQueue();
        }
    }

    /// <summary>Of the connection: the request goes to no handler.</summary>
    /// <param name="failure">Why; null if it does not matter.</param>
    /// <param name="hasAnswer">Whether an answer that says so was written.</param>
    public void Refuse(Exception? failure, bool hasAnswer)
    {
        _state |= Answered;
        (Failure, IsWithoutAnswer, IsReady) = (failure, !hasAnswer, true);
        ReleaseHandlerSide();
    }

    private void LeaveQueue()
    {
        HandlerQueue? queue = Queue;
        if (queue is not null)
        {
            Queue = null;
            queue.Leave();
        }
    }

    private void End(Exception? failure)
    {
        _trace.End(pool.Traffic.System, failure);
        pool.Traffic.CountAnswer(failure is not null);
    }

    private void ThrowIfReleased(long version)
    {
        long state = Volatile.Read(ref _state);
        if ((state & ~Bits) != version || (state & Released) != 0)
        {
            throw new InvalidOperationException("The payload was released when OnRequest returned: TakePayload keeps it.");
        }
    }

    private void DropAnswer()
    {
        WrittenAnswer.Clear();
        SlicedAnswer.Dispose();
    }

    private void Recycle()
    {
        (Connection, Failure, IsWithoutAnswer, IsReady) = (null!, null, false, false);
        _trace.Reset();
        Volatile.Write(ref _state, (_state & ~Bits) + OneVersion);
        pool.Return(this);
    }
}
