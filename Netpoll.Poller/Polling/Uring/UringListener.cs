using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// A listening socket: one accept that goes on by itself (multishot). What was accepted waits here until it is taken. When the interest is
/// dropped the accept goes on until it brings one more, and is cancelled then, so that a flood waits in the kernel's bounded queue. On demand the socket is only
/// watched.
/// </summary>
internal sealed class UringListener(UringPoller poller, int index, int descriptor, PollInterest interest, ulong token)
    : UringSource(poller, index, descriptor, interest, token), ICompletionListener
{
    // Descriptors, and negative error numbers.
    private readonly Queue<int> _accepted = new();
    private bool _isAccepting;
    private bool _isCancelling;
    private bool _isOnDemand;
    private bool _isWatching;
    private bool _isAcceptable;

    public override PollReadiness Readiness => WantsRead && (_accepted.Count > 0 || _isAcceptable) ? PollReadiness.Readable : PollReadiness.None;

    public SysResult Accept()
    {
        if (!_accepted.TryDequeue(out int accepted))
        {
            return SysResult.Failure(Errno.EAGAIN);
        }

        return accepted < 0 ? SysResult.Failure(-accepted) : SysResult.Success(accepted);
    }

    public void AcceptOnDemand()
    {
        _isOnDemand = true;
        if (_isAccepting && !_isCancelling)
        {
            CancelAccept();
        }
    }

    public override void Start() => Arrange();

    // Once, and anew when there is nothing else to tell: so it is told again as long as somebody waits.
    public override void OnReported() => _isAcceptable = false;

    // An accept that failed was the last of its series; the next begins when its failure was heard of, and the interest is still there.
    public override void OnQuiet() => Arrange();

    public override void OnCompleted(UringOperation operation, in IoUringCompletion completion)
    {
        if (operation == UringOperation.Acceptable)
        {
            _isWatching = false;
            _isAcceptable = completion.Result != -Errno.ECANCELED;
            return;
        }

        _isAccepting = completion.HasMore;
        _isCancelling &= _isAccepting;
        if (IsRemoved)
        {
            Close(completion.Result);
            return;
        }

        if (completion.Result != -Errno.ECANCELED)
        {
            _accepted.Enqueue(completion.Result);
        }

        if (!WantsRead && _isAccepting && !_isCancelling)
        {
            CancelAccept();
        }

        Arrange();
    }

    protected override void OnInterestChanged() => Arrange();

    protected override void OnRemoved()
    {
        if (_isAccepting)
        {
            Poller.SubmitCancel(this, UringOperation.Accept);
        }

        if (_isWatching)
        {
            Poller.SubmitCancel(this, UringOperation.Acceptable);
        }

        while (_accepted.TryDequeue(out int accepted))
        {
            Close(accepted);
        }
    }

    private void Arrange()
    {
        if (!WantsRead || IsRemoved || _accepted.Count > 0)
        {
            return;
        }

        if (!_isOnDemand && !_isAccepting)
        {
            _isAccepting = true;
            Poller.SubmitAccept(this);
        }
        else if (_isOnDemand && !_isWatching && !_isAcceptable)
        {
            _isWatching = true;
            Poller.SubmitAcceptWatch(this);
        }
    }

    private void CancelAccept()
    {
        _isCancelling = true;
        Poller.SubmitCancel(this, UringOperation.Accept);
    }

    private static void Close(int accepted)
    {
        if (accepted >= 0)
        {
            SocketCalls.Close(accepted);
        }
    }
}
