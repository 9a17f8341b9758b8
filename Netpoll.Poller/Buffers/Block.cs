using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// One node of a <see cref="LinkBuffer"/>: a piece of memory with its cursors, which is also the segment that a
/// <see cref="ReadOnlySequence{T}"/> walks over and the unit that a <see cref="BlockPool"/> keeps.
/// </summary>
/// <remarks>
/// <para>Not a buffer: it knows nothing of its neighbours but <see cref="NextBlock"/>, and it checks no bounds.</para>
/// <para>
/// Four kinds: pooled memory (pinned, its address known), unpooled memory (above 8 MiB), a caller's memory (pinned only once its address
/// is asked for), and a view on the memory of another block, which it keeps alive. The last two are bare nodes and are pooled as such.
/// </para>
/// <para>
/// All positions are indexes into the memory itself: <c>Base &lt;= Start &lt;= End &lt;= Reserved &lt;= Limit</c>. Readable is
/// [Start, End), reserved by the writer and not yet readable [End, Reserved), free [Reserved, Limit). A reader moves Start only; a writer
/// moves the others, and publishes End before it publishes the buffer's length, so that one reader and one writer may work at a time.
/// </para>
/// </remarks>
internal sealed partial class Block : ReadOnlySequenceSegment<byte>
{
    /// <summary>The memory; null where a caller's memory is not an array.</summary>
    internal byte[]? Array;

    /// <summary>Address of index 0; 0 while a caller's memory is not pinned.</summary>
    internal nint Address;

    internal int Start;
    internal int End;
    internal int Reserved;
    internal int Limit;

    /// <summary>First index of the memory that this node may show: where the segment that it is begins.</summary>
    internal int Base;

    /// <summary>A span, a sequence or a slice of this node is in someone's hands until the buffer is released.</summary>
    internal bool Exposed;

    internal readonly byte SizeClass;
    internal readonly BlockPool Pool;

    internal Block(BlockPool pool, int sizeClass, int bytes)
    {
        Pool = pool;
        SizeClass = (byte)sizeClass;
        if (bytes == 0)
        {
            return;
        }

        byte[] array = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        Array = array;
        Limit = bytes;
        // SAFETY: the array is in the pinned heap and this object holds it for as long as the address can be read.
        unsafe
        {
            Address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        }
    }

    internal Block? NextBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.As<Block?>(Next);
        set => Next = value;
    }

    /// <summary>End of the readable bytes as a reader on another thread may see it.</summary>
    internal int PublishedEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref End);
    }

    internal int Unread => PublishedEnd - Start;

    internal int Room => Limit - Reserved;

    /// <summary>Bytes of memory this node brought with it, used or not.</summary>
    internal int OwnBytes => SizeClass == SizeClasses.Bare ? 0 : Array!.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> SpanAt(int index, int length) => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Data(), index), length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> UnreadSpan(int length) => SpanAt(Start, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte Data()
    {
        byte[]? array = Array;
        return ref array is not null
            ? ref MemoryMarshal.GetArrayDataReference(array)
            : ref MemoryMarshal.GetReference(Memory.Span);
    }

    /// <summary>The memory at an index, for those who need an object rather than a span.</summary>
    internal ReadOnlyMemory<byte> MemoryAt(int index, int length) =>
        Array is null ? Memory.Slice(index, length)
        : SizeClass == SizeClasses.Bare ? new ReadOnlyMemory<byte>(Array, index, length)
        : MemoryMarshal.CreateFromPinnedArray(Array, index, length);

    /// <summary>Writable memory of a block that owns its array.</summary>
    internal Memory<byte> WritableAt(int index, int length) => MemoryMarshal.CreateFromPinnedArray(Array!, index, length);

    /// <summary>The address of an index, valid until this block is returned. Pins a caller's memory the first time.</summary>
    internal unsafe void* PointerAt(int index)
    {
        if (Address == 0)
        {
            Pin();
        }

        return (byte*)Address + index;
    }

    /// <summary>
    /// Makes this node the segment of a sequence: fixes what it shows and where that lies behind <paramref name="previous"/>.
    /// </summary>
    /// <remarks>
    /// Stamping again gives the same values, but for the end of the last node, which only grows: sequences and slices that others still
    /// read stay right. That is why an offset is derived from the predecessor and never counted from zero.
    /// </remarks>
    internal void Stamp(Block? previous)
    {
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
        }

        if (Array is not null)
        {
            Memory = MemoryAt(Base, PublishedEnd - Base);
        }
        else if (Memory.Length > PublishedEnd)
        {
            // The front part of a caller's memory that was split: the rest is shown by its own node.
            Memory = Memory[..PublishedEnd];
        }
    }
}
