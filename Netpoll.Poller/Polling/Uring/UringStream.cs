using System.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// A connected socket: one receive that goes on by itself (multishot), and one send at a time. Received blocks wait here, in order, until they
/// are taken.
/// </summary>
/// <remarks>
/// When the interest in reading is dropped the receive goes on until it brings something, and is cancelled then: a pause between two
/// requests costs nothing, and a long one holds back a peer after what one round may bring.
/// </remarks>
internal sealed class UringStream(UringPoller poller, int index, int descriptor, PollInterest interest, ulong token)
    : UringSource(poller, index, descriptor, interest, token), ICompletionStream
{
    /// <summary>Of <c>poll(2)</c>: reported whatever is asked for.</summary>
    private const int POLLERR = 0x08;
    private const int POLLHUP = 0x10;

    private const int StillOpen = 1;

    // Blocks that the kernel has filled, each with its number of bytes as End, oldest first.
    private Block? _firstFilled;
    private Block? _lastFilled;
    private bool _isReceiving;
    private bool _isCancelling;

    /// <summary>True while it waits for a block to receive into.</summary>
    private bool _isStarved;

    /// <summary><see cref="StillOpen"/>, 0 once the peer has closed its side, or a negative error number.</summary>
    private int _end = StillOpen;

    private bool _isSettled;
    private bool _isWatching;
    private bool _isHungUp;
    private bool _isHangUpReported;

    /// <summary>Whose first bytes are in flight; null when none are.</summary>
    private LinkBuffer? _sending;
    private long _sendingBytes;

    /// <summary>Names the zero-copy send that is in flight; 0 for one that copies.</summary>
    private uint _ticket;
    private LentSlices? _lent;

    /// <summary>True once the kernel would not send from our memory, or copied it all the same, as it does over loopback.</summary>
    private bool _isCopied;

    /// <summary>What is in flight of a stream that was removed.</summary>
    private BufferSlice? _orphan;
    private long _sentUnreported;
    private int _sendErrno;

    public override PollReadiness Readiness =>
        (WantsRead && (_firstFilled is not null || _end != StillOpen) ? PollReadiness.Readable : PollReadiness.None)
        | ((Interest & PollInterest.Write) != 0 && _sending is null ? PollReadiness.Writable : PollReadiness.None)
        | (_isHungUp && !_isHangUpReported && !WantsRead ? PollReadiness.HangUp : PollReadiness.None);

    public SysResult Receive(LinkBuffer input, out bool drained)
    {
        drained = true;
        Block? block = _firstFilled;
        if (block is null)
        {
            return _end switch
            {
                StillOpen => SysResult.Failure(Errno.EAGAIN),
                0 => SysResult.Success(),
                _ => SysResult.Failure(-_end),
            };
        }

        _firstFilled = _lastFilled = null;
        int received = 0;
        while (block is not null)
        {
            Block? next = block.NextBlock;
            int bytes = block.End;
            (block.NextBlock, block.End) = (null, 0);
            input.LinkReceived(block, bytes);
            received += bytes;
            block = next;
        }

        return SysResult.Success(received);
    }

    public SysResult Send(LinkBuffer output, out long sent)
    {
        (sent, _sentUnreported) = (_sentUnreported, 0);
        if (_sending is not null)
        {
            Debug.Assert(_sending == output, "a stream sends one buffer at a time");
            return SysResult.Failure(Errno.EAGAIN);
        }

        if (_sendErrno != 0)
        {
            (int errno, _sendErrno) = (_sendErrno, 0);
            return SysResult.Failure(errno);
        }

        if (output.IsEmpty)
        {
            return SysResult.Success();
        }

        _sending = output;
        (_sendingBytes, _ticket) = Poller.SubmitSend(this, output, mayLend: !_isCopied);
        output.MarkInFlight(_sendingBytes, true);
        return SysResult.Failure(Errno.EAGAIN);
    }

    public void Settle()
    {
        _isSettled = true;
        CancelAll();
        Poller.AwaitInFlight(this);
    }

    public override void Start() => Arrange();

    public override void OnCompleted(UringOperation operation, in IoUringCompletion completion)
    {
        switch (operation)
        {
            case UringOperation.Receive:
                OnReceived(completion);
                break;
            case UringOperation.Send:
                OnSent(completion);
                break;
            default:
                OnWatched(completion);
                break;
        }

        Arrange();
    }

    public override void Abandon() => _lent?.Abandon();

    /// <summary>There may be a block for it.</summary>
    public void OnBlockReady()
    {
        _isStarved = false;
        Arrange();
    }

    public override void OnReported() => _isHangUpReported |= _isHungUp;

    protected override void OnInterestChanged()
    {
        _isHangUpReported = false;
        Arrange();
    }

    protected override void OnRemoved()
    {
        CancelAll();
        if (_sending is { } output)
        {
            // The owner may dispose the buffer now. The slice keeps its blocks until the kernel is done with them.
            _orphan = output.Slice((int)_sendingBytes);
            _sending = null;
        }

        while (_firstFilled is { } block)
        {
            _firstFilled = block.NextBlock;
            block.NextBlock = null;
            block.Unlink();
        }

        _lastFilled = null;
    }

    /// <summary>Has in flight what the interest asks for.</summary>
    private void Arrange()
    {
        if (IsRemoved || _isSettled)
        {
            return;
        }

        if (WantsRead)
        {
            if (!_isReceiving && !_isStarved && _end == StillOpen)
            {
                _isReceiving = true;
                Poller.SubmitReceive(this);
            }
        }
        else if (!_isReceiving && !_isWatching && !_isHungUp)
        {
            _isWatching = true;
            Poller.SubmitHangUpWatch(this);
        }
    }

    private void OnReceived(in IoUringCompletion completion)
    {
        _isReceiving = completion.HasMore;
        _isCancelling &= _isReceiving;
        Block? block = Poller.TakeFilled(completion);
        if (IsRemoved || completion.Result <= 0)
        {
            block?.Unlink();
        }
        else
        {
            Append(block!, completion.Result);
            if (!WantsRead && _isReceiving && !_isCancelling)
            {
                _isCancelling = true;
                Cancel(true, UringOperation.Receive);
            }
        }

        if (completion.Result == -Errno.ENOBUFS)
        {
            _isStarved = true;
            Poller.AwaitBlock(this);
        }
        else if (completion.Result <= 0 && completion.Result != -Errno.ECANCELED)
        {
            _end = completion.Result;
            _isHungUp |= completion.Result < 0;
        }
    }

    private void Append(Block block, int bytes)
    {
        block.End = bytes;
        if (_lastFilled is null)
        {
            _firstFilled = block;
        }
        else
        {
            _lastFilled.NextBlock = block;
        }

        _lastFilled = block;
    }

    private void OnSent(in IoUringCompletion completion)
    {
        if (completion.IsNotice)
        {
            Poller.ChangeLingering(this, -1);
            _lent?.Return(UringPoller.TicketOf(completion));
            _isCopied |= (completion.Result & IoUring.IORING_NOTIF_USAGE_ZC_COPIED) != 0 && !Poller.LendsThoughCopied;
            return;
        }

        if (completion.HasMore)
        {
            Poller.ChangeLingering(this, 1);
        }

        if (_orphan is { } orphan)
        {
            _orphan = null;
            orphan.MarkInFlight(false);
            Keep(orphan, completion);
            return;
        }

        LinkBuffer output = _sending!;
        _sending = null;
        output.MarkInFlight(_sendingBytes, false);
        if (completion.Result >= 0)
        {
            OnLeft(output, completion);
        }
        else if (_ticket != 0 && -completion.Result is Errno.EOPNOTSUPP or Errno.EINVAL or Errno.ENOBUFS or Errno.ENOMEM)
        {
            // This kind of socket cannot, or the kernel may hold no more memory for this user: whoever sends is asked to send again.
            _isCopied = true;
        }
        else
        {
            _sendErrno = -completion.Result;
        }
    }

    private void OnLeft(LinkBuffer output, in IoUringCompletion completion)
    {
        if (completion.HasMore)
        {
            Keep(output.Slice(completion.Result), completion);
        }
        else
        {
            output.Skip(completion.Result);
        }

        output.Release();
        _sentUnreported += completion.Result;
    }

    private void Keep(BufferSlice slice, in IoUringCompletion completion)
    {
        if (completion.HasMore)
        {
            (_lent ??= new LentSlices()).Lend(UringPoller.TicketOf(completion), slice);
        }
        else
        {
            slice.Dispose();
        }
    }

    private void OnWatched(in IoUringCompletion completion)
    {
        _isWatching = completion.HasMore;
        _isHungUp |= completion.Result > 0 && (completion.Result & (POLLHUP | POLLERR)) != 0;
    }

    private void CancelAll()
    {
        Cancel(_isReceiving, UringOperation.Receive);
        Cancel(_isWatching, UringOperation.HangUp);
        Cancel(_sending is not null, UringOperation.Send, _ticket);
    }

    private void Cancel(bool isInFlight, UringOperation operation, uint ticket = 0)
    {
        if (isInFlight)
        {
            Poller.SubmitCancel(this, operation, ticket);
        }
    }
}
