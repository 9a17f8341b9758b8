using System.ComponentModel;
using System.Runtime.CompilerServices;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// One <c>io_uring(7)</c>: its two queues in shared memory. Knows nothing of what the operations are. The kernel takes submissions only from
/// the thread that called <see cref="Enable"/> (<c>IORING_SETUP_SINGLE_ISSUER</c>), which is the only one that may use the ring from then on.
/// </summary>
internal sealed unsafe class UringRing : IDisposable
{
    /// <summary>
    /// Every kernel that can receive by multishot (6.0) has these. COOP_TASKRUN: a completion interrupts nobody; the thread finds it when it next enters.
    /// R_DISABLED: the ring is made by one thread and used by another.
    /// </summary>
    private const uint BasicFlags = IoUring.IORING_SETUP_R_DISABLED | IoUring.IORING_SETUP_CQSIZE | IoUring.IORING_SETUP_CLAMP
        | IoUring.IORING_SETUP_SUBMIT_ALL | IoUring.IORING_SETUP_COOP_TASKRUN | IoUring.IORING_SETUP_TASKRUN_FLAG | IoUring.IORING_SETUP_SINGLE_ISSUER;

    private const uint NeededFeatures = IoUring.IORING_FEAT_SINGLE_MMAP | IoUring.IORING_FEAT_NODROP
        | IoUring.IORING_FEAT_SUBMIT_STABLE | IoUring.IORING_FEAT_EXT_ARG;

    /// <summary>
    /// How long a wait that submitted sends goes on for something besides them, in microseconds (arbitrary: the order of a round trip on one machine). It
    /// delays an event only where one of these sends finds no room.
    /// </summary>
    private const uint MinWaitMicros = 50;

    private readonly SocketHandle _descriptor;
    private readonly bool _hasMinWait;
    private readonly nuint _queuesLength;
    private readonly nuint _submissionsLength;
    private byte* _queues;
    private IoUringSubmission* _submissions;

    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint _submissionMask;

    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly IoUringCompletion* _completions;
    private readonly uint _completionMask;

    /// <summary>Submissions ever written: ahead of what the kernel sees until the next <see cref="Enter"/>.</summary>
    private uint _tail;

    /// <param name="submissions">How many submissions fit between two entries into the kernel; a power of two.</param>
    /// <param name="completions">How many completions fit before the kernel has to put them aside; a power of two.</param>
    /// <exception cref="Win32Exception">There is no io_uring, it is forbidden, or there is not enough memory (for one <c>RLIMIT_MEMLOCK</c>).</exception>
    public UringRing(uint submissions, uint completions)
    {
        // DEFER_TASKRUN (6.1): completions are made when this thread asks for them and not in between, which batches them.
        IoUringParameters parameters = new() { Flags = BasicFlags | IoUring.IORING_SETUP_DEFER_TASKRUN, CompletionEntries = completions };
        SysResult made = IoUring.Setup(submissions, ref parameters);
        if (made.Errno == Errno.EINVAL)
        {
            parameters = new IoUringParameters { Flags = BasicFlags, CompletionEntries = completions };
            made = IoUring.Setup(submissions, ref parameters);
        }

        _descriptor = new SocketHandle(made.ValueOrThrow("io_uring_setup"));
        try
        {
            if ((parameters.Features & NeededFeatures) != NeededFeatures)
            {
                throw new Win32Exception(Errno.EOPNOTSUPP, $"This kernel's io_uring lacks features (it has {parameters.Features:x}).");
            }

            _hasMinWait = (parameters.Features & IoUring.IORING_FEAT_MIN_TIMEOUT) != 0;
            IoUringSubmissionOffsets submission = parameters.Submission;
            IoUringCompletionOffsets completion = parameters.Completion;
            _queuesLength = Math.Max(
                submission.Array + (parameters.SubmissionEntries * sizeof(uint)),
                completion.Completions + (parameters.CompletionEntries * (uint)sizeof(IoUringCompletion)));
            _submissionsLength = parameters.SubmissionEntries * (uint)sizeof(IoUringSubmission);
            MemoryMap.Share(Descriptor, IoUring.IORING_OFF_SQ_RING, _queuesLength, out _queues).ValueOrThrow("mmap");
            MemoryMap.Share(Descriptor, IoUring.IORING_OFF_SQES, _submissionsLength, out byte* entries).ValueOrThrow("mmap");
            _submissions = (IoUringSubmission*)entries;
            _submissionHead = (uint*)(_queues + submission.Head);
            _submissionTail = (uint*)(_queues + submission.Tail);
            _submissionFlags = (uint*)(_queues + submission.Flags);
            _submissionMask = parameters.SubmissionEntries - 1;
            _completionHead = (uint*)(_queues + completion.Head);
            _completionTail = (uint*)(_queues + completion.Tail);
            _completions = (IoUringCompletion*)(_queues + completion.Completions);
            _completionMask = parameters.CompletionEntries - 1;

            // Submissions are taken in the order of an array of indexes; here an entry's place is its index, for ever.
            uint* indexes = (uint*)(_queues + submission.Array);
            for (uint i = 0; i < parameters.SubmissionEntries; i++)
            {
                indexes[i] = i;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The ring's own descriptor.</summary>
    public int Descriptor => _descriptor.Descriptor;

    /// <summary>Submissions that the kernel has not taken yet.</summary>
    public uint Unsubmitted => _tail - Volatile.Read(ref *_submissionHead);

    /// <summary>True when another submission needs an entry into the kernel first.</summary>
    public bool IsFull => Unsubmitted > _submissionMask;

    /// <summary>True when the kernel has completions that are not in the queue yet: entering brings them.</summary>
    public bool HasUndelivered => (Volatile.Read(ref *_submissionFlags) & (IoUring.IORING_SQ_TASKRUN | IoUring.IORING_SQ_CQ_OVERFLOW)) != 0;

    /// <summary>Completions that lie in the queue.</summary>
    public uint Completed => Volatile.Read(ref *_completionTail) - *_completionHead;

    /// <summary>Makes the calling thread the ring's.</summary>
    public void Enable() => IoUring.Enable(Descriptor).ValueOrThrow("IORING_REGISTER_ENABLE_RINGS");

    /// <summary>The next submission, cleared, to be filled in at once. The ring must not be full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref IoUringSubmission Next()
    {
        // SAFETY: the mapping outlives this object's use, and the index stays below the number of entries.
        ref IoUringSubmission next = ref _submissions[_tail & _submissionMask];
        next = default;
        _tail++;
        return ref next;
    }

    /// <summary>Has the kernel take the submissions and deliver what has completed; with a time, waits until there is a completion.</summary>
    /// <param name="timeoutMillis">0 returns at once, -1 waits without limit.</param>
    /// <param name="sends">
    /// How many of the submissions will most likely complete at once, being sends. A wait goes on for a completion beyond these, for a short
    /// while: else each that sends would return with nothing but its own sends, to be made again.
    /// </param>
    public void Enter(int timeoutMillis, uint sends)
    {
        // What was written into the entries must be seen before the tail that publishes them.
        Volatile.Write(ref *_submissionTail, _tail);
        KernelTimespec timeout = KernelTimespec.FromMillis(Math.Max(timeoutMillis, 0));
        bool waits = timeoutMillis != 0, isTimed = timeoutMillis > 0, awaitsMore = waits && sends > 0 && _hasMinWait;
        IoUringWaitArgument argument = new() { Timeout = isTimed ? &timeout : null, MinWaitMicros = awaitsMore ? MinWaitMicros : 0 };
        SysResult entered = IoUring.Enter(
            Descriptor,
            Unsubmitted,
            !waits ? 0u : awaitsMore ? sends + 1 : 1u,
            IoUring.IORING_ENTER_GETEVENTS | (isTimed || awaitsMore ? IoUring.IORING_ENTER_EXT_ARG : 0),
            isTimed || awaitsMore ? &argument : null);

        // A signal or the end of the time counts as nothing having come; EAGAIN and EBUSY ask to take completions first, which the caller does.
        if (entered.Errno is not (0 or Errno.EINTR or Errno.ETIME or Errno.EAGAIN or Errno.EBUSY))
        {
            entered.ValueOrThrow("io_uring_enter");
        }
    }

    /// <summary>Takes the oldest completion out of the queue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out IoUringCompletion completion)
    {
        uint head = *_completionHead;
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }

        completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, head + 1);
        return true;
    }

    /// <summary>Frees the ring. Nothing may be in flight: what is, the kernel would still write to.</summary>
    public void Dispose()
    {
        if (_descriptor.IsClosed)
        {
            return;
        }

        if (_submissions is not null)
        {
            MemoryMap.Unmap((byte*)_submissions, _submissionsLength);
            _submissions = null;
        }

        if (_queues is not null)
        {
            MemoryMap.Unmap(_queues, _queuesLength);
            _queues = null;
        }

        _descriptor.Dispose();
    }
}
