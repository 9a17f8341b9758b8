using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>io_uring(7)</c> by raw system calls, whose numbers are the same on every architecture: the C library has no wrappers for them.</summary>
internal static unsafe partial class IoUring
{
    public const uint IORING_SETUP_CQSIZE = 1u << 3;
    public const uint IORING_SETUP_CLAMP = 1u << 4;
    public const uint IORING_SETUP_R_DISABLED = 1u << 6;
    public const uint IORING_SETUP_SUBMIT_ALL = 1u << 7;
    public const uint IORING_SETUP_COOP_TASKRUN = 1u << 8;
    public const uint IORING_SETUP_TASKRUN_FLAG = 1u << 9;
    public const uint IORING_SETUP_SINGLE_ISSUER = 1u << 12;
    public const uint IORING_SETUP_DEFER_TASKRUN = 1u << 13;

    public const uint IORING_FEAT_SINGLE_MMAP = 1u << 0;
    public const uint IORING_FEAT_NODROP = 1u << 1;
    public const uint IORING_FEAT_SUBMIT_STABLE = 1u << 2;
    public const uint IORING_FEAT_EXT_ARG = 1u << 8;
    public const uint IORING_FEAT_MIN_TIMEOUT = 1u << 15;

    public const uint IORING_ENTER_GETEVENTS = 1u << 0;
    public const uint IORING_ENTER_EXT_ARG = 1u << 3;

    public const uint IORING_SQ_CQ_OVERFLOW = 1u << 1;
    public const uint IORING_SQ_TASKRUN = 1u << 2;

    public const nint IORING_OFF_SQ_RING = 0;
    public const nint IORING_OFF_SQES = 0x10000000;

    public const byte IORING_OP_POLL_ADD = 6;
    public const byte IORING_OP_SENDMSG = 9;
    public const byte IORING_OP_ACCEPT = 13;
    public const byte IORING_OP_ASYNC_CANCEL = 14;
    public const byte IORING_OP_SEND = 26;
    public const byte IORING_OP_RECV = 27;
    public const byte IORING_OP_SEND_ZC = 47;
    public const byte IORING_OP_SENDMSG_ZC = 48;

    public const byte IOSQE_BUFFER_SELECT = 1 << 5;
    public const byte IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

    public const ushort IORING_RECV_MULTISHOT = 1 << 1;
    public const ushort IORING_ACCEPT_MULTISHOT = 1 << 0;
    public const ushort IORING_SEND_ZC_REPORT_USAGE = 1 << 3;
    public const uint IORING_POLL_ADD_MULTI = 1u << 0;

    public const uint IORING_CQE_F_BUFFER = 1u << 0;
    public const uint IORING_CQE_F_MORE = 1u << 1;
    public const uint IORING_CQE_F_NOTIF = 1u << 3;
    public const int IORING_CQE_BUFFER_SHIFT = 16;
    public const uint IORING_NOTIF_USAGE_ZC_COPIED = 1u << 31;

    private const uint IORING_REGISTER_ENABLE_RINGS = 12;
    private const uint IORING_REGISTER_PBUF_RING = 22;

    private const nint NR_io_uring_setup = 425;
    private const nint NR_io_uring_enter = 426;
    private const nint NR_io_uring_register = 427;

    /// <summary>Makes a ring; the value is its descriptor, closed on exec.</summary>
    /// <param name="entries">How many submissions fit.</param>
    /// <param name="parameters">In: flags. Out: where in the mapped memory the queues lie.</param>
    public static SysResult Setup(uint entries, ref IoUringParameters parameters)
    {
        fixed (IoUringParameters* pointer = &parameters)
        {
            return SysResult.From(syscall(NR_io_uring_setup, (nint)entries, (nint)pointer, 0, 0, 0, 0));
        }
    }

    /// <summary>Hands submissions over, and waits for completions if the flags say so.</summary>
    /// <param name="ring">The ring's descriptor.</param>
    /// <param name="submissions">How many of those in the queue to take.</param>
    /// <param name="completions">How many completions to wait for.</param>
    /// <param name="flags"><c>IORING_ENTER_*</c>.</param>
    /// <param name="argument">For <see cref="IORING_ENTER_EXT_ARG"/>: the times; else null.</param>
    /// <returns>How many submissions were taken. An interrupted wait is told as <see cref="Errno.EINTR"/>.</returns>
    public static SysResult Enter(int ring, uint submissions, uint completions, uint flags, IoUringWaitArgument* argument) =>
        SysResult.From(syscall(
            NR_io_uring_enter, ring, (nint)submissions, (nint)completions, (nint)flags, (nint)argument,
            argument is null ? 0 : sizeof(IoUringWaitArgument)));

    /// <summary>Enables a ring made with <see cref="IORING_SETUP_R_DISABLED"/>; the calling thread is then the one that may submit.</summary>
    public static SysResult Enable(int ring) => SysResult.From(syscall(NR_io_uring_register, ring, (nint)IORING_REGISTER_ENABLE_RINGS, 0, 0, 0, 0));

    /// <summary>Registers a ring of buffers from which receives pick one.</summary>
    public static SysResult RegisterBuffers(int ring, IoUringBufferRegistration registration) =>
        SysResult.From(syscall(NR_io_uring_register, ring, (nint)IORING_REGISTER_PBUF_RING, (nint)(&registration), 1, 0, 0));

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
