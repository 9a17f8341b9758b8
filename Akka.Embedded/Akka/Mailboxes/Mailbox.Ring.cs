using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.Dispatch;

/// <content>
/// The ring. Message number n lies in slot n modulo the length, in whichever array is current, and never moves: a sender that
/// grows the ring copies to the same numbers, and a mailbox that is still reading the old array finds there what it counted on.
/// </content>
public sealed partial class Mailbox
{
    // Most actors have one message at a time, and there may be a million of them.
    private const int FirstLength = 2;

    // A ring of at most this length is the mailbox's own and is kept when it runs empty: as long a burst costs no allocation the next
    // time. A longer ring is borrowed, for as long as the burst lasts, from the runtime's pool, which all mailboxes share.
    // Arbitrary: 16 KiB an actor at worst, and only for actors that once had more than half of it waiting.
    private const int KeptLength = 1024;

    // Null while nothing ever waited, or since a long burst is over.
    private Envelope[]? _slots;

    // Number of the next message to read. Written by the running mailbox; senders may see it late, and then think the ring fuller.
    private int _head;

    // Number of the next message to write. Written under the lock.
    private int _tail;

    // Whether a sender grew the ring since it was last empty, and may have copied messages that were already read. Under the lock.
    private bool _grown;

    // Borrowed rings that were too short. The running mailbox may still read from them, so they go back at the end of its turn. Under the lock.
    private Stack<Envelope[]>? _outgrown;

    // Messages that go before all in the ring, for Unstash. Only touched by whoever runs the mailbox.
    private Deque? _front;

    /// <summary>How many users' messages wait. Exact only for the code that runs in this mailbox.</summary>
    internal int Count => Volatile.Read(ref _tail) - Volatile.Read(ref _head) + (_front?.Count ?? 0);

    /// <summary>Puts a message before all that wait. Only for the code that runs in this mailbox.</summary>
    internal void PushFront(in Envelope envelope) => (_front ??= new Deque()).PushFront(envelope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Lock()
    {
        var state = Volatile.Read(ref _state);
        if ((state & Locked) == 0 && Interlocked.CompareExchange(ref _state, state | Locked, state) == state)
            return state;
        return LockContended();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LockContended()
    {
        // The holder needs a few nanoseconds, unless the kernel took its processor away: SpinWait soon yields, and sleeps at last.
        var spinner = default(SpinWait);
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Locked) == 0 && Interlocked.CompareExchange(ref _state, state | Locked, state) == state)
                return state;
            spinner.SpinOnce();
        }
    }

    private void Append(object message, IActorRef? sender, int state)
    {
        var slots = _slots;
        var tail = _tail;
        if (slots is null || tail - Volatile.Read(ref _head) >= slots.Length)
            slots = Grow(slots, tail, state);

        slots[tail & (slots.Length - 1)] = new Envelope(message, sender);

        // Releases the slot to the running mailbox, which looks at the tail without the lock.
        Volatile.Write(ref _tail, tail + 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Envelope[] Grow(Envelope[]? old, int tail, int state)
    {
        Envelope[] slots;
        try
        {
            slots = NewRing(old is null ? FirstLength : checked(old.Length * 2));
        }
        catch
        {
            Volatile.Write(ref _state, state);
            throw;
        }

        if (old is not null)
        {
            for (var i = Volatile.Read(ref _head); i != tail; i++)
                slots[i & (slots.Length - 1)] = old[i & (old.Length - 1)];
            if (old.Length > KeptLength)
                (_outgrown ??= []).Push(old);
        }

        _grown = true;

        // Before the tail that needs it: whoever sees the tail sees an array that holds all before it.
        Volatile.Write(ref _slots, slots);
        return slots;
    }

    private static Envelope[] NewRing(int length)
    {
        if (length <= KeptLength)
            return new Envelope[length];

        // The pool may give more than was asked for; a ring needs a power of two.
        var borrowed = ArrayPool<Envelope>.Shared.Rent(length);
        return BitOperations.IsPow2(borrowed.Length) ? borrowed : new Envelope[length];
    }

    private static void GiveBack(Stack<Envelope[]>? rings)
    {
        while (rings is { Count: > 0 })
            ArrayPool<Envelope>.Shared.Return(rings.Pop(), clearArray: true);
    }

    private void RunUserMessages()
    {
        var left = Math.Max(1, _dispatcher.Throughput);
        var deadline = _dispatcher.ThroughputDeadlineTime is { } ticks and > 0 ? Environment.TickCount64 + (ticks / TimeSpan.TicksPerMillisecond) : long.MaxValue;

        while (left > 0 && _suspendCount == 0)
        {
            if (_front is { Count: > 0 } front)
            {
                left--;
                _cell.Invoke(front.PopFront());
                if (!AfterMessage(deadline))
                    return;
                continue;
            }

            var head = _head;
            var end = Volatile.Read(ref _tail);
            if (head == end)
                return;
            if (end - head > left)
                end = head + left;
            left -= end - head;

            if (!RunBatch(head, end, deadline))
                return;
        }
    }

    /// <summary>Handles messages head to end, all of which are in the current array, unless something else comes first.</summary>
    /// <returns>False if the run is over.</returns>
    private bool RunBatch(int head, int end, long deadline)
    {
        var slots = Volatile.Read(ref _slots)!;
        var mask = slots.Length - 1;
        do
        {
            ref var slot = ref slots[head++ & mask];
            var envelope = slot;
            slot = default;
            if (_gate is not null)
                MakeRoom(head);

            _cell.Invoke(envelope);

            if (Volatile.Read(ref _systemHead) is not null)
            {
                // Exact from here on: a system message may close the mailbox, which empties the ring.
                Volatile.Write(ref _head, head);
                RunSystemMessages();
                if (IsClosed)
                    return false;
            }

            if (deadline != long.MaxValue && Environment.TickCount64 >= deadline)
            {
                Volatile.Write(ref _head, head);
                return false;
            }
        }
        while (head != end && _suspendCount == 0 && _front is not { Count: > 0 });

        Volatile.Write(ref _head, head);
        return true;
    }

    private bool AfterMessage(long deadline)
    {
        if (Volatile.Read(ref _systemHead) is not null)
            RunSystemMessages();
        return !IsClosed && (deadline == long.MaxValue || Environment.TickCount64 < deadline);
    }

    private void RunSystemMessages()
    {
        while (Volatile.Read(ref _systemHead) is not null && !IsClosed)
        {
            var state = Lock();
            var message = _systemHead;
            _systemHead = null;
            _systemTail = null;
            Volatile.Write(ref _state, state);

            while (message is not null)
            {
                var next = message.Next;
                message.Next = null;
                if (IsClosed)
                    _cell.SystemImpl.DeadLetterMailbox.SendSystemMessage(message);
                else
                    _cell.InvokeSystem(message);
                message = next;
            }
        }
    }

    /// <summary>The end of a run: hand the mailbox over again, or leave it idle.</summary>
    private void Finish()
    {
        var state = Lock();
        if ((state & Closed) != 0)
        {
            Volatile.Write(ref _state, state & ~Scheduled);
            return;
        }

        var waiting = _tail != _head || _front is { Count: > 0 };
        if (_slots is { } slots && !waiting)
            TidyEmptyRing(slots);
        var outgrown = _outgrown;
        _outgrown = null;

        if (_systemHead is not null || (waiting && _suspendCount == 0))
        {
            Volatile.Write(ref _state, (state | Scheduled) & ~Suspended);
            Schedule(again: true);
        }
        else
        {
            state &= ~(Scheduled | Suspended);
            Volatile.Write(ref _state, _suspendCount == 0 ? state : state | Suspended);
        }

        GiveBack(outgrown);
    }

    /// <summary>Gives a long ring back, and forgets messages that were copied while they were being handled.</summary>
    private void TidyEmptyRing(Envelope[] slots)
    {
        if (slots.Length > KeptLength)
        {
            _slots = null;
            (_outgrown ??= []).Push(slots);
        }
        else if (_grown)
        {
            Array.Clear(slots);
        }

        _grown = false;
    }

    /// <summary>Closes for good: what waits, and what comes, is a dead letter. Only for the code that runs in this mailbox.</summary>
    internal void Close()
    {
        var state = Lock();
        var system = _systemHead;
        _systemHead = null;
        _systemTail = null;
        Volatile.Write(ref _state, state | Closed);
        _gate?.Open();

        while (system is not null)
        {
            var next = system.Next;
            system.Next = null;
            _cell.SystemImpl.DeadLetterMailbox.SendSystemMessage(system);
            system = next;
        }

        while (_front is { Count: > 0 } front)
            _cell.ToDeadLetters(front.PopFront());

        if (_slots is { } slots)
        {
            for (var i = _head; i != _tail; i++)
                _cell.ToDeadLetters(slots[i & (slots.Length - 1)]);
        }

        _slots = null;
        _front = null;
        _head = _tail;
    }
}
