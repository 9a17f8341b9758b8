using System.Runtime.InteropServices;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// Empty blocks that lie ready for whatever the kernel receives next, on any socket of the ring: an idle connection so holds none
/// (<c>io_uring_register(2)</c>, IORING_REGISTER_PBUF_RING). A block that was filled leaves for good; another takes its place.
/// </summary>
internal sealed unsafe class ReceiveBlocks : IDisposable
{
    /// <summary>The group by which submissions name these blocks. There is only one.</summary>
    public const ushort Group = 0;

    /// <summary>Bytes of a block at first: the size with which reads begin elsewhere, netpoll's BufferSize.</summary>
    public const int BlockBytes = 8 * 1024;

    /// <summary>Bytes of a block when receives fill them (arbitrary: a large pipelined burst).</summary>
    private const int MaxBlockBytes = 64 * 1024;

    /// <summary>So many receives decide whether the blocks have the right size (arbitrary).</summary>
    private const int Window = 256;

    /// <summary>Places for blocks; a power of two.</summary>
    private const int Places = 1024;

    /// <summary>Blocks that lie ready at first. Doubled whenever they did not last from one entry into the kernel to the next.</summary>
    private const int FirstTarget = 64;

    private const nuint PageBytes = 4096;

    private readonly BlockPool _pool;
    private readonly Block?[] _blocks = new Block?[Places];
    private readonly Stack<ushort> _freeIds = new(Places);
    private IoUringBuffer* _ring;
    private ushort _tail;
    private int _target = FirstTarget;
    private int _blockBytes = BlockBytes;
    private int _received;
    private int _receivedFull;
    private long _receivedBytes;

    public ReceiveBlocks(UringRing ring, BlockPool pool)
    {
        _pool = pool;
        for (int id = Places - 1; id >= 0; id--)
        {
            _freeIds.Push((ushort)id);
        }

        _ring = (IoUringBuffer*)NativeMemory.AlignedAlloc(Places * (nuint)sizeof(IoUringBuffer), PageBytes);
        NativeMemory.Clear(_ring, Places * (nuint)sizeof(IoUringBuffer));
        SysResult registered = IoUring.RegisterBuffers(
            ring.Descriptor, new IoUringBufferRegistration { Address = (ulong)_ring, Entries = Places, Group = Group });
        if (registered.IsError)
        {
            NativeMemory.AlignedFree(_ring);
            registered.ValueOrThrow("IORING_REGISTER_PBUF_RING");
        }
    }

    /// <summary>Blocks that lie ready.</summary>
    public int Ready { get; private set; }

    /// <summary>Fills up what was used since the last time.</summary>
    public void Refill()
    {
        if (Ready >= _target)
        {
            return;
        }

        for (; Ready < _target; Ready++)
        {
            Block block = _pool.Rent(_blockBytes);
            block.EnterFlight();
            ushort id = _freeIds.Pop();
            _blocks[id] = block;

            // Not the whole entry: the last field of the first one is the ring's tail.
            ref IoUringBuffer place = ref _ring[_tail & (Places - 1)];
            place.Address = (ulong)block.Address;
            place.Length = (uint)block.Limit;
            place.Id = id;
            _tail++;
        }

        // What was written into the places must be seen before the tail that publishes them.
        Volatile.Write(ref _ring[0].Tail, _tail);
    }

    /// <summary>The block that a completion names is the caller's; null if it names none.</summary>
    public Block? Take(in IoUringCompletion completion)
    {
        if ((completion.Flags & IoUring.IORING_CQE_F_BUFFER) == 0)
        {
            return null;
        }

        ushort id = (ushort)(completion.Flags >> IoUring.IORING_CQE_BUFFER_SHIFT);
        Block block = _blocks[id]!;
        _blocks[id] = null;
        _freeIds.Push(id);
        Ready--;
        block.LeaveFlight();
        AdaptTo(completion.Result, block.Limit);
        return block;
    }

    // At most 8 MiB of them lie ready, however large they are.
    private int MaxTarget => Places * BlockBytes / _blockBytes;

    /// <summary>There were too few.</summary>
    public void Grow() => _target = Math.Max(_target, Math.Min(_target * 2, MaxTarget));

    // A burst that takes many blocks is cut into as many pieces, and every frame on a border costs; blocks that stay nearly empty waste memory.
    private void AdaptTo(int bytes, int capacity)
    {
        _received++;
        _receivedFull += bytes == capacity ? 1 : 0;
        _receivedBytes += Math.Max(bytes, 0);
        if (_received < Window)
        {
            return;
        }

        if (_receivedFull > Window / 4)
        {
            _blockBytes = Math.Min(_blockBytes * 2, MaxBlockBytes);
            _target = Math.Min(_target, MaxTarget);
        }
        else if (_receivedFull == 0 && _receivedBytes / Window < _blockBytes / 4)
        {
            _blockBytes = Math.Max(_blockBytes / 2, BlockBytes);
        }

        (_received, _receivedFull, _receivedBytes) = (0, 0, 0);
    }

    /// <summary>Gives all blocks back. No receive may be in flight.</summary>
    public void Dispose()
    {
        foreach (Block? block in _blocks)
        {
            block?.LeaveFlight();
            block?.Unlink();
        }

        Array.Clear(_blocks);
        NativeMemory.AlignedFree(_ring);
        _ring = null;
    }
}
