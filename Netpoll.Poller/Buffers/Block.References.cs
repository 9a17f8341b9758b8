using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Netpoll.Poller.Buffers;

/// <summary>Who keeps a block alive, and what happens when the last one lets go.</summary>
/// <remarks>
/// The buffer that a block is linked in counts the slices that it cuts in a plain field (<see cref="_issued"/>), because one thread at a
/// time cuts. Whoever drops a slice, on any thread, takes one off <see cref="_references"/>, which starts at <see cref="Linked"/> so that
/// it cannot reach zero while the block is linked. When the buffer lets go it settles both. A slice so costs one interlocked operation,
/// not three; a block whose slices are all back by then costs none, nor does one that was never sliced.
/// </remarks>
internal sealed partial class Block
{
    /// <summary>What the buffer's own link counts. More than the slices a block can ever have: one per byte, of at most 2^31.</summary>
    private const long Linked = 1L << 40;

    private long _references = Linked;
    private long _issued;

    /// <summary>A view's block, or the owner of a caller's memory, to be let go with this node.</summary>
    private object? _backing;

    private MemoryHandle _pin;

    /// <summary>The cache that rented it last and would like to have it back; null if none did.</summary>
    internal BlockCache? Home;

    /// <summary>In a <see cref="ReturnedList"/>: about how many lie below, this one included.</summary>
    internal int ReturnedDepth;

    /// <summary>True once the block has been cut: another chain's sequence may run over it.</summary>
    internal bool WasSliced => _issued != 0;

    /// <summary>Counts a slice that the linking buffer cuts. Its reader only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Issue()
    {
        Exposed = true;
        _issued++;
    }

    /// <summary>Adds a holder. Any thread that is one itself.</summary>
    internal void Retain() => Interlocked.Increment(ref _references);

    /// <summary>Takes back a holder that <see cref="Issue"/> or <see cref="Retain"/> counted. Any thread.</summary>
    internal void Drop()
    {
        CheckLeased();
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _references = Linked;
            Free();
        }
    }

    /// <summary>The buffer unlinks the block: it goes back at once, or with its last slice. The linking buffer's owner only.</summary>
    internal void Unlink()
    {
        CheckLeased();
        // The read is enough where it shows that nobody is left: who took his part off cannot come back, and a new holder needs an old one.
        if (Volatile.Read(ref _references) != Linked - _issued
            && Interlocked.Add(ref _references, _issued - Linked) != 0)
        {
            return;
        }

        _references = Linked;
        Free();
    }

    /// <summary>Makes a bare node show a caller's memory, and dispose its owner when done.</summary>
    internal void ShowForeign(ReadOnlyMemory<byte> memory, IDisposable? owner)
    {
        _backing = owner;
        if (MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Array is not null)
        {
            Array = segment.Array;
            Base = Start = End = segment.Offset;
        }
        else
        {
            Memory = memory;
            Base = Start = End = 0;
        }

        Reserved = Limit = Base + memory.Length;
    }

    /// <summary>Makes a bare node show [index, reserved) of another block's memory, and write on up to <paramref name="limit"/>.</summary>
    /// <remarks>Counts itself as a holder of the block that has the memory; the caller holds <paramref name="block"/> meanwhile.</remarks>
    internal void ShowPartOf(Block block, int index, int reserved, int limit)
    {
        // Views of views hold the block at the bottom, so that a thousand splits are not a thousand frames deep when they are let go.
        Block bottom = block._backing as Block ?? block;
        bottom.Retain();
        _backing = bottom;
        Array = block.Array;
        if (Array is null)
        {
            // Memory that is no array is shown by a piece of its own, so that the segment shows no byte beyond the part.
            Memory = block.Memory[index..reserved];
            Base = Start = End = 0;
            Reserved = Limit = reserved - index;
            return;
        }

        // Not the address of a caller's memory: that is a pin of its own holder, who may let go first.
        Address = bottom.SizeClass == SizeClasses.Bare ? 0 : bottom.Address;
        Base = Start = End = index;
        Reserved = reserved;
        Limit = limit;
    }

    /// <summary>Empties a block that the pool gives out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Reset()
    {
        Start = 0;
        End = 0;
        Reserved = 0;
        Exposed = false;
        Base = 0;
        Limit = Array is { } array ? array.Length : 0;
    }

    private unsafe void Pin()
    {
        // SAFETY: the handle keeps the memory where it is until Free, which comes after the last vector was skipped and released.
        _pin = MemoryAt(Base, Limit - Base).Pin();
        Address = (nint)_pin.Pointer - Base;
    }

    private void Free()
    {
        _issued = 0;
        Next = null;
        if (SizeClass == SizeClasses.Bare)
        {
            LetGoOfBacking();
        }

        Pool.Return(this);
    }

    private void LetGoOfBacking()
    {
        _pin.Dispose();
        _pin = default;
        Array = null;
        Address = 0;
        Memory = default;
        object? backing = _backing;
        _backing = null;
        if (backing is Block under)
        {
            under.Drop();
        }
        else if (backing is not null)
        {
            Unsafe.As<IDisposable>(backing).Dispose();
        }
    }
}
