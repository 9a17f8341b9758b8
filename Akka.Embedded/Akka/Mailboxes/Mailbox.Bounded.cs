using Akka.Actor;

namespace Akka.Dispatch;

/// <content>What telling does when it is not simple: the actor is gone, or its mailbox has a bound.</content>
public sealed partial class Mailbox
{
    // Null in an unbounded mailbox.
    private readonly MailboxGate? _gate;

    private void PostUnusual(object message, IActorRef? sender)
    {
        var deadline = _gate is null ? 0 : Environment.TickCount64 + (long)_gate.Limits.PushTimeout.TotalMilliseconds;
        while (true)
        {
            var state = Lock();
            if ((state & Closed) != 0)
            {
                Volatile.Write(ref _state, state);
                _cell.ToDeadLetters(new Envelope(message, sender));
                return;
            }

            if (HasRoom)
            {
                Append(message, sender, state);
                Volatile.Write(ref _state, (state & Suspended) == 0 ? state | Scheduled : state);
                if ((state & (Scheduled | Suspended)) == 0)
                    Schedule(again: false);
                return;
            }

            Volatile.Write(ref _state, state);
            if (!WaitForRoom(deadline))
            {
                _cell.ToDeadLetters(new Envelope(message, sender));
                return;
            }
        }
    }

    private bool HasRoom => _gate is null || _tail - Volatile.Read(ref _head) < _gate.Limits.Capacity;

    /// <summary>Holds the sender, as Akka's bounded mailboxes do unless their push timeout is zero.</summary>
    private bool WaitForRoom(long deadline)
    {
        var gate = _gate!;
        var left = deadline - Environment.TickCount64;
        if (left <= 0)
            return false;

        lock (gate)
        {
            // A full fence before looking at the head again; MakeRoom has one between moving the head and looking at this count.
            Interlocked.Increment(ref gate.Waiting);
            if (!HasRoom && !IsClosed)
                Monitor.Wait(gate, (int)Math.Min(left, int.MaxValue));
            Interlocked.Decrement(ref gate.Waiting);
        }

        return true;
    }

    /// <summary>The message before <paramref name="head"/> is taken, though not handled: it no longer counts.</summary>
    private void MakeRoom(int head)
    {
        Volatile.Write(ref _head, head);
        Interlocked.MemoryBarrier();
        if (_gate!.Waiting != 0)
            _gate.Open();
    }

    /// <summary>Where senders wait for a full mailbox.</summary>
    private sealed class MailboxGate(MailboxLimits limits)
    {
        public int Waiting;

        public MailboxLimits Limits { get; } = limits;

        public void Open()
        {
            lock (this)
                Monitor.PulseAll(this);
        }
    }
}
