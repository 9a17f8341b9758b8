using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>struct io_uring_params</c>: 120 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringParameters
{
    public uint SubmissionEntries;
    public uint CompletionEntries;
    public uint Flags;
    public uint PollThreadProcessor;
    public uint PollThreadIdle;
    public uint Features;
    public uint WorkersDescriptor;
    private readonly uint _reserved0;
    private readonly uint _reserved1;
    private readonly uint _reserved2;
    public IoUringSubmissionOffsets Submission;
    public IoUringCompletionOffsets Completion;
}

/// <summary><c>struct io_sqring_offsets</c>: where the parts of the submission queue lie in the mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringSubmissionOffsets
{
    public uint Head;
    public uint Tail;
    public uint Mask;
    public uint Entries;
    public uint Flags;
    public uint Dropped;
    public uint Array;
    private readonly uint _reserved;
    private readonly ulong _userAddress;
}

/// <summary><c>struct io_cqring_offsets</c>: where the parts of the completion queue lie in the mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringCompletionOffsets
{
    public uint Head;
    public uint Tail;
    public uint Mask;
    public uint Entries;
    public uint Overflow;
    public uint Completions;
    public uint Flags;
    private readonly uint _reserved;
    private readonly ulong _userAddress;
}

/// <summary><c>struct io_uring_sqe</c>: one operation to be done; 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct IoUringSubmission
{
    [FieldOffset(0)]
    public byte Operation;

    [FieldOffset(1)]
    public byte Flags;

    /// <summary><c>ioprio</c>: the flags of receives, sends and accepts.</summary>
    [FieldOffset(2)]
    public ushort SocketFlags;

    [FieldOffset(4)]
    public int Descriptor;

    [FieldOffset(8)]
    public ulong Offset;

    [FieldOffset(16)]
    public ulong Address;

    [FieldOffset(24)]
    public uint Length;

    /// <summary>Of what kind depends on the operation: <c>msg_flags</c>, <c>accept_flags</c>, <c>poll32_events</c>.</summary>
    [FieldOffset(28)]
    public uint OperationFlags;

    [FieldOffset(32)]
    public ulong UserData;

    [FieldOffset(40)]
    public ushort BufferGroup;
}

/// <summary><c>struct io_uring_cqe</c>: how one operation went; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct IoUringCompletion
{
    public readonly ulong UserData;

    /// <summary>The operation's value, or a negative error number.</summary>
    public readonly int Result;
    public readonly uint Flags;

    /// <summary>True when a multishot operation goes on, or a zero-copy send's memory is still in use: another completion follows.</summary>
    public bool HasMore => (Flags & IoUring.IORING_CQE_F_MORE) != 0;

    /// <summary>True when it only tells that a zero-copy send's memory is free again; the send's own completion came before.</summary>
    public bool IsNotice => (Flags & IoUring.IORING_CQE_F_NOTIF) != 0;
}

/// <summary><c>struct io_uring_buf</c>: one buffer of a registered ring. The last two bytes of the first entry are the ring's tail.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringBuffer
{
    public ulong Address;
    public uint Length;
    public ushort Id;
    public ushort Tail;
}

/// <summary><c>struct io_uring_buf_reg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringBufferRegistration
{
    public ulong Address;
    public uint Entries;
    public ushort Group;
    public ushort Flags;
    private readonly ulong _reserved0;
    private readonly ulong _reserved1;
    private readonly ulong _reserved2;
}

/// <summary><c>struct io_uring_getevents_arg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoUringWaitArgument
{
    private readonly ulong _signalMask;
    private readonly uint _signalMaskSize;

    /// <summary>After so many microseconds one completion is enough, however many were asked for; 0 for no such time. Kernel 6.12.</summary>
    public uint MinWaitMicros;

    /// <summary>How long to wait at most; null for ever.</summary>
    public KernelTimespec* Timeout;
}

/// <summary><c>struct __kernel_timespec</c>: 64 bits on every architecture.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelTimespec
{
    public long Seconds;
    public long Nanoseconds;

    public static KernelTimespec FromMillis(int millis) => new() { Seconds = millis / 1000, Nanoseconds = millis % 1000 * 1_000_000L };
}
