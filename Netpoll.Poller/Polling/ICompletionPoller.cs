using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>
/// A poller that moves the bytes itself: it has the kernel receive before anybody asks, and reports what is done instead of what could be.
/// What is registered through the members of <see cref="IPoller"/> is watched for readiness, as everywhere. Loop thread only.
/// </summary>
/// <remarks>
/// A stream or a listener is changed and removed by its descriptor like any other registration. <see cref="IPoller.Remove"/> ends what is in
/// flight: when it returns the kernel starts nothing more with the descriptor, so that the number may be closed and used again. Memory
/// that the kernel may still touch is held by the poller until it says that it is done, whatever its owner does meanwhile.
/// </remarks>
internal interface ICompletionPoller : IPoller
{
    /// <summary>Starts to receive from a connected socket, if the interest names reading. The token is reported as by <see cref="IPoller.Add"/>.</summary>
    /// <remarks>A hang-up is reported once, and again only after <see cref="IPoller.Modify"/>: there is no need to take the descriptor out.</remarks>
    ICompletionStream AddStream(int descriptor, PollInterest interest, ulong token);

    /// <summary>Starts to accept from a listening socket, if the interest names reading.</summary>
    ICompletionListener AddListener(int descriptor, PollInterest interest, ulong token);
}

/// <summary>A connected socket whose bytes the poller moves. Loop thread only.</summary>
internal interface ICompletionStream
{
    /// <summary>Takes what has come: blocks that the kernel has filled change hands, nothing is copied but what fits into a block already begun.</summary>
    /// <param name="input">Gets the bytes, readable at once.</param>
    /// <param name="drained">True when nothing more lies ready.</param>
    /// <returns>The bytes; 0 at the end of the stream, <see cref="Errno.EAGAIN"/> when nothing has come, else the failure.</returns>
    SysResult Receive(LinkBuffer input, out bool drained);

    /// <summary>Puts the buffer's readable bytes in flight, unless some already are.</summary>
    /// <param name="output">
    /// Stays the caller's, who may write more to its end. What is in flight stays readable in it until it has left, and is then consumed and
    /// released; until then nobody else may read from it. It may be disposed after the stream was removed.
    /// </param>
    /// <param name="sent">Bytes that have left since the last call.</param>
    /// <returns>
    /// <see cref="Errno.EAGAIN"/>: in flight, call again when the stream is reported writable. Success: everything has left. Else the failure.
    /// </returns>
    SysResult Send(LinkBuffer output, out long sent);

    /// <summary>
    /// Ends what is in flight and waits for it, before the socket goes on without this poller: what has come can then be received, and what has not
    /// left is still in the buffer. Nothing is started afterwards; all that is left to do is to remove the stream.
    /// </summary>
    void Settle();
}

/// <summary>A listening socket whose connections the poller accepts. Loop thread only.</summary>
internal interface ICompletionListener
{
    /// <summary>Takes the oldest connection: its descriptor, or the error of an attempt, or <see cref="Errno.EAGAIN"/>.</summary>
    SysResult Accept();

    /// <summary>
    /// Accepts no more by itself. What was accepted by then can be taken; afterwards the socket is reported readable while somebody waits, and the caller
    /// accepts from it. Harmless when repeated.
    /// </summary>
    void AcceptOnDemand();
}
