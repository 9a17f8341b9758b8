using System.Diagnostics;

// The checks that a Release build leaves empty are members all the same.
#pragma warning disable CA1822

namespace Netpoll.Poller.Buffers;

/// <summary>What a DEBUG build proves about a block: it is returned once, and nobody writes or reads it afterwards.</summary>
internal sealed partial class Block
{
    /// <summary>What returned memory is filled with. Any byte would do that a test is unlikely to expect.</summary>
    internal const byte Poison = 0xD9;

#if DEBUG
    /// <summary>Poisoned bytes at either end of a larger block: filling 8 MiB at each return would make tests crawl.</summary>
    private const int PoisonedSpan = 32 * 1024;

    private bool _leased;
    private int _flights;
    private int _generation;

    /// <summary>Where the block was rented, if the pool keeps stacks.</summary>
    internal StackTrace? LeaseStack;

    /// <summary>Changes with each return, so that a stale holder can be told from the current one.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    private void CheckLeasedCore()
    {
        if (!Volatile.Read(ref _leased))
        {
            throw new InvalidOperationException("A block was used after its last holder had returned it.");
        }
    }

    private void MarkLeasedCore()
    {
        Debug.Assert(!_leased, "The pool gave out a block that is in use.");
        _leased = true;
        if (SizeClass != SizeClasses.Bare && (IsSpoiled(0, PoisonedSpan) || IsSpoiled(Array!.Length - PoisonedSpan, Array.Length)))
        {
            throw new InvalidOperationException("Someone wrote into a block after it was returned to its pool.");
        }

        Pool.Ledger.Opened(this);
    }

    private void MarkReturnedCore()
    {
        if (!Volatile.Read(ref _leased))
        {
            throw new InvalidOperationException("A block was returned twice.");
        }

        if (_flights != 0)
        {
            throw new InvalidOperationException("A block was returned while the kernel had its memory.");
        }

        _leased = false;
        Interlocked.Increment(ref _generation);
        if (SizeClass != SizeClasses.Bare)
        {
            Array.AsSpan(0, Math.Min(PoisonedSpan, Array!.Length)).Fill(Poison);
            Array.AsSpan(Math.Max(0, Array!.Length - PoisonedSpan)).Fill(Poison);
        }

        Pool.Ledger.Closed(this);
    }

    private bool IsSpoiled(int from, int to)
    {
        if (_generation == 0)
        {
            return false;
        }

        from = Math.Max(0, from);
        return Array.AsSpan(from, Math.Min(to, Array!.Length) - from).ContainsAnyExcept(Poison);
    }
#endif

    /// <summary>Throws in a DEBUG build if the block lies in its pool.</summary>
    [Conditional("DEBUG")]
    internal void CheckLeased()
    {
#if DEBUG
        CheckLeasedCore();
#endif
    }

    /// <summary>
    /// The kernel has the memory from here on, to read from or to write to: a DEBUG build throws if the block is returned meanwhile. Counted, because
    /// one zero-copy send may still read a block whose next bytes another sends.
    /// </summary>
    [Conditional("DEBUG")]
    internal void EnterFlight()
    {
#if DEBUG
        CheckLeasedCore();
        _flights++;
#endif
    }

    /// <summary>The kernel is done with the memory, if it had it.</summary>
    [Conditional("DEBUG")]
    internal void LeaveFlight()
    {
#if DEBUG
        _flights = Math.Max(0, _flights - 1);
#endif
    }

    /// <summary><see cref="EnterFlight"/> or <see cref="LeaveFlight"/>.</summary>
    [Conditional("DEBUG")]
    internal void MarkInFlight(bool isInFlight)
    {
        if (isInFlight)
        {
            EnterFlight();
        }
        else
        {
            LeaveFlight();
        }
    }

    /// <summary>The pool gives the block out.</summary>
    [Conditional("DEBUG")]
    internal void MarkLeased()
    {
#if DEBUG
        MarkLeasedCore();
#endif
    }

    /// <summary>The pool takes the block back.</summary>
    [Conditional("DEBUG")]
    internal void MarkReturned()
    {
#if DEBUG
        MarkReturnedCore();
#endif
    }
}
