using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;

// The checks that a Release build leaves empty are members all the same.
#pragma warning disable CA1822

namespace Netpoll.Poller.Buffers;

/// <summary>
/// A part of a <see cref="LinkBuffer"/>'s bytes that lives on when the buffer releases, refills or disposes them: read-only, without a copy,
/// counted.
/// </summary>
/// <remarks>
/// <para>
/// It has one owner, who disposes it; <see cref="Retain"/> makes a second slice of the same bytes for a second owner. The owner may
/// be any thread, one at a time; handing a slice over is a message. A slice that nobody disposes costs its memory until the garbage
/// collector finds it, and nothing else.
/// </para>
/// <para>
/// The object may be used again: an empty slice (new, disposed or moved out of) can be filled by <see cref="LinkBuffer.Slice(int, BufferSlice)"/>.
/// Everything it showed ends with <see cref="Dispose"/>; a DEBUG build throws where it can tell.
/// </para>
/// </remarks>
public sealed class BufferSlice : IDisposable
{
    /// <summary>The first block; null while empty.</summary>
    private Block? _first;

    /// <summary>The last block if the bytes lie in several; null if in one.</summary>
    private Block? _last;

    /// <summary>Index of the first byte in <see cref="_first"/>.</summary>
    private int _start;

    /// <summary>Index behind the last byte in <see cref="_last"/>.</summary>
    private int _end;

    private int _length;

#if DEBUG
    private int _generation;
#endif

    /// <summary>Creates an empty slice.</summary>
    public BufferSlice()
    {
    }

    /// <summary>Number of bytes; 0 if empty.</summary>
    public int Length => _length;

    /// <summary>Whether there is nothing in it: never filled, disposed, or moved out of.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Whether all bytes lie in one piece, which is then <see cref="FirstSpan"/>. True if empty.</summary>
    public bool IsSingleSegment => _last is null;

    /// <summary>The bytes of the first piece, valid until the slice is disposed or moved out of.</summary>
    public ReadOnlySpan<byte> FirstSpan
    {
        get
        {
            Block? first = _first;
            if (first is null)
            {
                return default;
            }

            CheckHeld(first);
            return first.SpanAt(_start, _last is null ? _length : first.End - _start);
        }
    }

    /// <summary>The bytes as a sequence, valid until the slice is disposed or moved out of.</summary>
    /// <returns>A sequence over the blocks themselves.</returns>
    public ReadOnlySequence<byte> AsSequence()
    {
        Block? first = _first;
        if (first is null)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        CheckHeld(first);
        return _last is { } last
            ? new ReadOnlySequence<byte>(first, _start - first.Base, last, _end - last.Base)
            : LinkBuffer.SequenceOf(first, _start, _length);
    }

    /// <summary>Copies all bytes.</summary>
    /// <param name="destination">At least <see cref="Length"/> long.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (_last is null)
        {
            FirstSpan.CopyTo(destination);
        }
        else
        {
            AsSequence().CopyTo(destination);
        }
    }

    /// <summary>Makes a second slice of the same bytes, to be disposed on its own.</summary>
    /// <returns>A new slice; the bytes are not copied.</returns>
    public BufferSlice Retain()
    {
        var other = new BufferSlice();
        RetainInto(other);
        return other;
    }

    /// <summary>As <see cref="Retain"/>, into an existing empty slice.</summary>
    /// <param name="other">An empty slice.</param>
    /// <exception cref="InvalidOperationException">It is not empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void RetainInto(BufferSlice other)
    {
        CopyInto(other);
        for (Block? block = _first; block is not null; block = NextHeld(block))
        {
            CheckHeld(_first!);
            block.Retain();
        }
    }

    /// <summary>Hands the bytes to another slice, and leaves this one empty.</summary>
    /// <param name="other">An empty slice.</param>
    /// <exception cref="InvalidOperationException">It is not empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void MoveTo(BufferSlice other)
    {
        CopyInto(other);
        Forget();
    }

    /// <summary>Hands the bytes to a new slice, and leaves this one empty.</summary>
    /// <returns>The new slice, which the caller disposes.</returns>
    public BufferSlice Detach()
    {
        var other = new BufferSlice();
        MoveTo(other);
        return other;
    }

    /// <summary>Lets go of the bytes and leaves the slice empty. A second call does nothing.</summary>
    public void Dispose()
    {
        Block? block = _first;
        if (block is null)
        {
            return;
        }

        CheckHeld(block);
        Block? last = _last;
        Forget();
        if (last is null)
        {
            block.Drop();
            return;
        }

        while (true)
        {
            // The next one is still held by this slice while the link is read.
            Block? next = block == last ? null : block!.NextBlock;
            block!.Drop();
            if (next is null)
            {
                return;
            }

            block = next;
        }
    }

    /// <summary>The first block and where the bytes begin in it, for a buffer that takes them over.</summary>
    internal Block? First => _first;

    internal int StartInFirst => _start;

    /// <summary>Where the bytes end in a block of this slice.</summary>
    internal int EndIn(Block block) => _last is null ? _start + _length : block == _last ? _end : block.End;

    /// <summary>The block of this slice after another; null after the last.</summary>
    internal Block? NextHeld(Block block) => _last is null || block == _last ? null : block.NextBlock;

    /// <summary>Takes bytes in one block, of which this slice is counted as a holder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Fill(Block block, int start, int length)
    {
        _first = block;
        _start = start;
        _length = length;
        Remember(block);
    }

    /// <summary>Takes bytes in several blocks, of each of which this slice is counted as a holder.</summary>
    internal void Fill(Block first, int start, Block last, int end, int length)
    {
        Fill(first, start, length);
        _last = last;
        _end = end;
    }

    /// <summary>Notes, in a DEBUG build, that the kernel has this slice's blocks, or no longer has them.</summary>
    [Conditional("DEBUG")]
    internal void MarkInFlight(bool isInFlight)
    {
        for (Block? block = _first; block is not null; block = NextHeld(block))
        {
            block.MarkInFlight(isInFlight);
        }
    }

    /// <summary>Empties the slice without letting go: the holders' count has passed to someone else.</summary>
    internal void Forget()
    {
        _first = null;
        _last = null;
        _length = 0;
    }

    private void CopyInto(BufferSlice other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!other.IsEmpty)
        {
            BufferThrow.SliceInUse();
        }

        other._first = _first;
        other._last = _last;
        other._start = _start;
        other._end = _end;
        other._length = _length;
#if DEBUG
        other._generation = _generation;
#endif
    }

    [Conditional("DEBUG")]
    private void Remember(Block block)
    {
#if DEBUG
        _generation = block.Generation;
#endif
    }

    [Conditional("DEBUG")]
    private void CheckHeld(Block block)
    {
#if DEBUG
        if (_generation != block.Generation)
        {
            throw new InvalidOperationException("A slice was used after its block had been returned: someone released it once too often.");
        }
#endif
    }
}
