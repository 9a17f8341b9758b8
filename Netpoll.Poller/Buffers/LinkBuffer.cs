using System.Buffers;
using System.Runtime.CompilerServices;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// Bytes on their way, in a chain of blocks: written at one end, read at the other, without copying where that can be helped.
/// </summary>
/// <remarks>
/// <para>
/// <b>Writing</b> reserves space (<see cref="Malloc"/>, the <c>Write</c> methods, <see cref="IBufferWriter{T}"/>); nothing of it can be read
/// before <see cref="Flush"/>. <b>Reading</b> moves a cursor (<see cref="Next"/>, <see cref="Skip"/>, <see cref="Slice(int)"/>, ...); the memory
/// behind it goes back to the pool at <see cref="Release"/>, and every span, memory and sequence that the buffer gave out ends there, except
/// slices, which have a life of their own. An empty, released buffer holds no memory.
/// </para>
/// <para>
/// <b>Threads.</b> A buffer has one owner at a time, who hands it on as a message. A buffer created with <c>concurrent</c> set may have one
/// thread that writes and one that reads at the same time: <see cref="Flush"/> publishes, <see cref="Length"/> sees. Never two of a kind,
/// and <see cref="Dispose"/> only when both are done. Such a buffer keeps its last block when it is drained. The reader's members are those of
/// the parts Reading, Slicing, Sequences, Searching and <see cref="Release"/>; all others are the writer's, except that
/// the vectors for sending are the reader's and those for receiving the writer's.
/// </para>
/// <para>
/// <b>Counts.</b> As in netpoll, asking to read, skip, slice or reserve zero or fewer bytes does nothing and gives nothing.
/// Asking for more than there is throws <see cref="InvalidOperationException"/> and changes nothing; the <c>Try</c> forms return false.
/// </para>
/// </remarks>
public sealed partial class LinkBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>
    /// Up to this many bytes a write copies; a longer memory is linked without a copy. 4096, netpoll's BinaryInplaceThreshold: about where
    /// the copy costs more than the node, and then a second piece in the system call.
    /// </summary>
    public const int InlineCopyThreshold = 4 * 1024;

    /// <summary>Smallest block that writing takes, in bytes: netpoll's LinkBufferCap.</summary>
    private const int MinBlockBytes = 4 * 1024;

    /// <summary>
    /// A tail larger than this takes no more bytes once it is flushed, in bytes: small writes that trickle in later would keep all of a
    /// large block from being returned. netpoll's pagesize.
    /// </summary>
    private const int MaxReusedTailBytes = 8 * 1024;

    private readonly BlockPool _pool;
    private readonly bool _isConcurrent;
    private bool _isDisposed;

    // The reader's.

    /// <summary>The oldest block that is read to its end and not yet released; null if there is none before <see cref="_read"/>.</summary>
    private Block? _head;

    /// <summary>The block that the next byte is read from. Null while the buffer holds no memory; the writer sets the first.</summary>
    private Block? _read;

    /// <summary>Copies that <see cref="Next"/> made of bytes in several blocks, until <see cref="Release"/>.</summary>
    private Block? _copies;

    /// <summary>The copy that <see cref="Peek"/> made; its [0, End) is what the next bytes are.</summary>
    private Block? _peeked;

    /// <summary>Bytes read since the buffer was created.</summary>
    private long _consumed;

    // The writer's.

    /// <summary>The first block with unflushed bytes, if that is not <see cref="_write"/>.</summary>
    private Block? _flush;

    /// <summary>The last block.</summary>
    private Block? _write;

    /// <summary>Bytes reserved and not yet flushed.</summary>
    private long _malloced;

    /// <summary>Bytes flushed since the buffer was created. What it says is published, in one store after all others of a flush.</summary>
    private long _written;

    /// <summary>Creates an empty buffer, which holds no memory.</summary>
    /// <param name="pool">Where its blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    public LinkBuffer(BlockPool? pool = null)
        : this(pool, concurrent: false)
    {
    }

    /// <summary>Creates an empty buffer that one thread may read while another writes.</summary>
    /// <param name="pool">Where its blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    /// <param name="concurrent">Whether reader and writer may be two threads at the same time. It costs the last block when the buffer is drained.</param>
    public LinkBuffer(BlockPool? pool, bool concurrent)
    {
        _pool = pool ?? BlockPool.Shared;
        _isConcurrent = concurrent;
    }

    /// <summary>Bytes that can be read now.</summary>
    public long Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _written) - Volatile.Read(ref _consumed);
    }

    /// <summary>Whether no byte can be read now.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The pool of this buffer's blocks.</summary>
    public BlockPool Pool => _pool;

    /// <summary>
    /// Returns all memory, read or not, flushed or not. Slices live on. Afterwards the buffer is empty for readers, and writing to it throws
    /// <see cref="ObjectDisposedException"/>. A second call does nothing.
    /// </summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Clear();
        }
    }

    /// <summary>Returns all memory, read or not, flushed or not; the buffer is as new, and can be used again.</summary>
    public void Clear()
    {
        DropReservation();
        ReleaseCopies();
        Block? block = _head ?? _read;
        _head = _read = _write = _flush = null;
        while (block is not null)
        {
            Block? next = block.NextBlock;
            block.Unlink();
            block = next;
        }

        _malloced = 0;
        Volatile.Write(ref _consumed, _written);
    }

    /// <summary>Bytes of memory that the buffer's blocks hold, used or not. For tests and for accounting; walks the chain.</summary>
    internal long HeldBytes()
    {
        long bytes = (_peeked?.OwnBytes ?? 0) + (_reserved?.OwnBytes ?? 0);
        for (Block? block = _head ?? _read; block is not null; block = block.NextBlock)
        {
            bytes += block.OwnBytes;
        }

        for (Block? block = _copies; block is not null; block = block.NextBlock)
        {
            bytes += block.OwnBytes;
        }

        return bytes;
    }
}
