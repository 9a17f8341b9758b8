using System.Numerics;

namespace Netpoll.Poller.Loops;

/// <summary>
/// A hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7): six levels of 64 slots, the lowest of one millisecond each.
/// Scheduling and cancelling are O(1); a timer moves down at most five times. A bit per occupied slot tells the next due time without
/// ticking, so that a loop with nothing due sleeps. One thread only.
/// </summary>
internal sealed class TimerWheel(long nowMillis)
{
    public const int NotScheduled = -1;

    private const int BitsPerLevel = 6;
    private const int SlotsPerLevel = 1 << BitsPerLevel;
    private const int Levels = 6;
    private const int DueSlot = Levels * SlotsPerLevel;

    /// <summary>
    /// The farthest slot that is surely not the current one again, about two years ahead: what lies further waits there and is put back.
    /// </summary>
    private const long MaxAhead = (SlotsPerLevel - 1L) << (BitsPerLevel * (Levels - 1));

    // The last list holds what has come due in the slot that is being emptied, so that a timer may still be cancelled by another's OnDue.
    private readonly LoopTimer?[] _slots = new LoopTimer?[DueSlot + 1];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _elapsed = nowMillis;

    /// <summary>How many timers are scheduled.</summary>
    public int Count { get; private set; }

    /// <summary>Schedules a timer for a moment; one that has passed comes due at the next advance.</summary>
    public void Add(LoopTimer timer, long dueMillis, long nowMillis)
    {
        if (Count == 0)
        {
            // Nobody advanced an empty wheel, and a distance measured from an old moment would end up in too coarse a slot.
            _elapsed = Math.Max(_elapsed, nowMillis);
        }

        timer.DueMillis = dueMillis;
        Count++;
        Link(timer, SlotFor(dueMillis));
    }

    public void Remove(LoopTimer timer)
    {
        Count--;
        Unlink(timer);
    }

    /// <summary>Milliseconds until the next slot has to be looked at, rounded up so that a wait never ends too early; -1 when nothing is scheduled.</summary>
    public int MillisToNext(long nowMillis) =>
        TryFindNext(out long at, out _) ? (int)Math.Clamp(at - nowMillis, 0, int.MaxValue) : -1;

    /// <summary>Moves the clock on and calls every timer that has come due, in the order of their slots.</summary>
    public void Advance(long nowMillis)
    {
        while (TryFindNext(out long at, out int slot) && at <= nowMillis)
        {
            _elapsed = at;
            EmptySlot(slot);
        }

        _elapsed = Math.Max(_elapsed, nowMillis);
    }

    private void EmptySlot(int slot)
    {
        while (_slots[slot] is { } timer)
        {
            Unlink(timer);
            Link(timer, timer.DueMillis <= _elapsed ? DueSlot : SlotFor(timer.DueMillis));
        }

        while (_slots[DueSlot] is { } timer)
        {
            Unlink(timer);
            Count--;
            timer.OnDue();
        }
    }

    private bool TryFindNext(out long atMillis, out int slot)
    {
        // A level's slots all lie before the next level's first, so the lowest occupied level has the next one.
        for (int level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
            {
                continue;
            }

            int shift = level * BitsPerLevel;
            int current = (int)(_elapsed >> shift) & (SlotsPerLevel - 1);
            int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, current));
            long start = (_elapsed >> shift) + ahead;
            slot = (level * SlotsPerLevel) + (int)(start & (SlotsPerLevel - 1));
            atMillis = Math.Max(start << shift, _elapsed);
            return true;
        }

        (atMillis, slot) = (0, NotScheduled);
        return false;
    }

    private int SlotFor(long dueMillis)
    {
        long due = Math.Clamp(dueMillis, _elapsed + 1, _elapsed + MaxAhead);

        // The level is the highest group of bits in which the moment differs from now: only there does its slot lie ahead.
        int highestBit = 63 - BitOperations.LeadingZeroCount((ulong)(_elapsed ^ due));
        int level = Math.Min(highestBit / BitsPerLevel, Levels - 1);
        return (level * SlotsPerLevel) + ((int)(due >> (level * BitsPerLevel)) & (SlotsPerLevel - 1));
    }

    private void Link(LoopTimer timer, int slot)
    {
        LoopTimer? head = _slots[slot];
        timer.Slot = slot;
        timer.Previous = null;
        timer.Next = head;
        if (head is not null)
        {
            head.Previous = timer;
        }

        _slots[slot] = timer;
        if (slot != DueSlot)
        {
            _occupied[slot >> BitsPerLevel] |= 1UL << slot;
        }
    }

    private void Unlink(LoopTimer timer)
    {
        int slot = timer.Slot;
        if (timer.Previous is { } previous)
        {
            previous.Next = timer.Next;
        }
        else
        {
            _slots[slot] = timer.Next;
            if (timer.Next is null && slot != DueSlot)
            {
                _occupied[slot >> BitsPerLevel] &= ~(1UL << slot);
            }
        }

        if (timer.Next is { } next)
        {
            next.Previous = timer.Previous;
        }

        (timer.Next, timer.Previous, timer.Slot) = (null, null, NotScheduled);
    }
}
