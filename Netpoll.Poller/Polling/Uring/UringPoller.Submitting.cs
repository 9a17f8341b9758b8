using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>One method for each operation that the poller and its sources have in flight.</summary>
internal sealed partial class UringPoller
{
    private const uint POLLIN = 1;

    /// <summary>User data, from its lowest bit: 8 bits of operation, 32 of index, 24 of ticket.</summary>
    private const int IndexShift = 8;
    private const int TicketShift = 40;
    private const uint MaxTicket = (1u << 24) - 1;

    private uint _unsubmittedSends;
    private uint _lastTicket;

    /// <summary>Receives into whichever block is next, again and again, until it is cancelled or ends.</summary>
    internal void SubmitReceive(UringSource source)
    {
        ref IoUringSubmission submission = ref Begin(source, UringOperation.Receive, IoUring.IORING_OP_RECV);
        submission.SocketFlags = IoUring.IORING_RECV_MULTISHOT;
        submission.Flags = IoUring.IOSQE_BUFFER_SELECT;
        submission.BufferGroup = ReceiveBlocks.Group;
    }

    /// <summary>Tells of the end of both directions, which poll reports whatever is asked for. Multishot, so that a half-closed peer is told once.</summary>
    internal void SubmitHangUpWatch(UringSource source)
    {
        ref IoUringSubmission submission = ref Begin(source, UringOperation.HangUp, IoUring.IORING_OP_POLL_ADD);
        submission.Length = IoUring.IORING_POLL_ADD_MULTI;
    }

    /// <summary>Accepts again and again, until it is cancelled or fails.</summary>
    internal void SubmitAccept(UringSource source)
    {
        ref IoUringSubmission submission = ref Begin(source, UringOperation.Accept, IoUring.IORING_OP_ACCEPT);
        submission.SocketFlags = IoUring.IORING_ACCEPT_MULTISHOT;
        submission.OperationFlags = SocketCalls.AcceptFlags;
    }

    /// <summary>Tells, once, that a connection waits to be accepted.</summary>
    internal void SubmitAcceptWatch(UringSource source)
    {
        ref IoUringSubmission submission = ref Begin(source, UringOperation.Acceptable, IoUring.IORING_OP_POLL_ADD);
        submission.OperationFlags = PollEvents(POLLIN);
    }

    /// <summary>Sends the buffer's readable bytes, all of those that fit into one operation: it ends when they have left, or at a failure.</summary>
    /// <param name="source">Whose they are.</param>
    /// <param name="output">The bytes.</param>
    /// <param name="mayLend">Whether the kernel may send from the blocks themselves, which it then needs for longer than until the send's completion.</param>
    /// <returns>How many bytes are in flight, and the send's ticket if it does so.</returns>
    internal unsafe (long Bytes, uint Ticket) SubmitSend(UringSource source, LinkBuffer output, bool mayLend)
    {
        MakeRoom();
        while (_vectors.IsFull)
        {
            Enter(0);
        }

        // SAFETY: the blocks are held until the completion, by the buffer or, once the stream is removed, by a slice.
        Span<IoVector> vectors = _vectors.Room;
        int count = output.GetWriteVectors(vectors);
        long bytes = 0;
        foreach (IoVector vector in vectors[..count])
        {
            bytes += (long)vector.Length;
        }

        MessageHeader* header = count == 1 ? null : _vectors.Keep(count);
        IoVector single = vectors[0];
        bool lends = mayLend && bytes >= _zeroCopyFrom;
        uint ticket = lends ? NextTicket() : 0;
        ref IoUringSubmission submission = ref Begin(source, UringOperation.Send, lends ? IoUring.IORING_OP_SEND_ZC : IoUring.IORING_OP_SEND, ticket);
        if (count == 1)
        {
            submission.Address = (ulong)single.Base;
            submission.Length = (uint)single.Length;
        }
        else
        {
            submission.Operation = lends ? IoUring.IORING_OP_SENDMSG_ZC : IoUring.IORING_OP_SENDMSG;
            submission.Address = (ulong)header;
            submission.Length = 1;
        }

        submission.SocketFlags = lends ? IoUring.IORING_SEND_ZC_REPORT_USAGE : (ushort)0;
        submission.OperationFlags = SocketCalls.SendAllFlags;
        _unsubmittedSends++;
        return (bytes, ticket);
    }

    /// <summary>Ends an operation: its last completion comes soon. Only a failure of the cancelling itself is told, to nobody.</summary>
    internal void SubmitCancel(UringSource source, UringOperation operation, uint ticket = 0) => SubmitCancel(UserData(source.Index, operation, ticket));

    /// <summary>Which send a completion is of; 0 for one that copies.</summary>
    internal static uint TicketOf(in IoUringCompletion completion) => (uint)(completion.UserData >> TicketShift);

    private static ulong UserData(int index, UringOperation operation, uint ticket = 0) =>
        ((ulong)ticket << TicketShift) | ((ulong)index << IndexShift) | (byte)operation;

    // Those that are still lent are few beside 2^24.
    private uint NextTicket() => _lastTicket = (_lastTicket % MaxTicket) + 1;

    private void SubmitCancel(ulong userData)
    {
        MakeRoom();
        ref IoUringSubmission submission = ref _ring.Next();
        submission.Operation = IoUring.IORING_OP_ASYNC_CANCEL;
        submission.Flags = IoUring.IOSQE_CQE_SKIP_SUCCESS;
        submission.Descriptor = -1;
        submission.Address = userData;
    }

    private ref IoUringSubmission Begin(UringSource source, UringOperation operation, byte code, uint ticket = 0)
    {
        source.InFlight++;
        return ref Begin(UserData(source.Index, operation, ticket), source.Descriptor, code);
    }

    private ref IoUringSubmission Begin(ulong userData, int descriptor, byte code)
    {
        MakeRoom();
        _inFlight++;
        ref IoUringSubmission submission = ref _ring.Next();
        submission.Operation = code;
        submission.Descriptor = descriptor;
        submission.UserData = userData;
        return ref submission;
    }

    private void MakeRoom()
    {
        while (_ring.IsFull)
        {
            // Takes all, unless it is short of memory for the moment.
            Enter(0);
        }
    }

    private void Enter(int timeoutMillis)
    {
        _ring.Enter(timeoutMillis, _unsubmittedSends);
        if (_ring.Unsubmitted == 0)
        {
            _vectors.Reset();
            _unsubmittedSends = 0;
        }
    }

    /// <summary>Has the poller's own descriptors watched.</summary>
    private void ArmOwn()
    {
        if (!_isWakeUpArmed)
        {
            // Multishot: each signal is told once, so that the counter is never read.
            _isWakeUpArmed = true;
            ref IoUringSubmission submission = ref Begin(UserData(0, UringOperation.WakeUp), _wakeUp.Descriptor, IoUring.IORING_OP_POLL_ADD);
            submission.Length = IoUring.IORING_POLL_ADD_MULTI;
            submission.OperationFlags = PollEvents(POLLIN);
        }

        if (_watched is not null && !_isWatchedArmed)
        {
            // Once, and anew before each wait: so it is told again as long as there is something.
            _isWatchedArmed = true;
            ref IoUringSubmission submission = ref Begin(UserData(0, UringOperation.Watched), _watched.Descriptor, IoUring.IORING_OP_POLL_ADD);
            submission.OperationFlags = PollEvents(POLLIN);
        }
    }

    private void CancelOwn()
    {
        if (_isWakeUpArmed)
        {
            SubmitCancel(UserData(0, UringOperation.WakeUp));
        }

        if (_isWatchedArmed)
        {
            SubmitCancel(UserData(0, UringOperation.Watched));
        }
    }

    // The kernel reads the 32 bits as two halves of 16, the lower first (io_uring_enter(2), IORING_OP_POLL_ADD).
    private static uint PollEvents(uint events) => BitConverter.IsLittleEndian ? events : events << 16;

    /// <summary>The block that a completion names, if any.</summary>
    internal Block? TakeFilled(in IoUringCompletion completion) => _blocks.Take(completion);

    /// <summary>A receive ended because no block lay ready. It begins again when there are more: sooner, it would end like that again and again.</summary>
    internal void AwaitBlock(UringStream stream)
    {
        _blocks.Grow();
        _starved.Enqueue(stream);
    }

    private void RefillBlocks()
    {
        _blocks.Refill();
        for (int left = Math.Min(_starved.Count, _blocks.Ready); left > 0; left--)
        {
            _starved.Dequeue().OnBlockReady();
        }
    }
}
