using Akka.Actor;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>A connection as everybody else sees it. Any thread; stays valid after the connection has ended.</summary>
public sealed class ConnectionRef
{
    private Ending? _ending;
    private CancellationTokenSource? _closing;
    private volatile bool _isWritable = true;
    private object? _protocolState;

    internal ConnectionRef(IActorRef actor, NetAddress remoteAddress, NetAddress localAddress) =>
        (Actor, RemoteAddress, LocalAddress) = (actor, remoteAddress, localAddress);

    /// <summary>The connection's actor: watch it to learn of its end.</summary>
    public IActorRef Actor { get; }

    /// <summary>The peer's address.</summary>
    public NetAddress RemoteAddress { get; }

    /// <summary>This end's address; for an accepted connection, where its listener listens.</summary>
    public NetAddress LocalAddress { get; }

    /// <summary>True until either side has closed. Costs no message and no system call.</summary>
    public bool IsActive => Volatile.Read(ref _ending) is null;

    /// <summary>Why it has ended, or is ending; null while <see cref="IsActive"/>. Does not change any more then.</summary>
    public CloseReason? CloseReason => Volatile.Read(ref _ending)?.Reason;

    /// <summary>False while more is unsent than the high-water mark allows; true again from the low-water mark down.</summary>
    public bool IsWritable => _isWritable;

    /// <summary>
    /// Cancelled when <see cref="IsActive"/> turns false: also when the peer has only closed its sending side and still waits for answers.
    /// Made when first asked for; its callbacks run on the thread pool.
    /// </summary>
    public CancellationToken Closing
    {
        get
        {
            CancellationTokenSource? source = Volatile.Read(ref _closing);
            if (source is null)
            {
                CancellationTokenSource created = new();
                source = Interlocked.CompareExchange(ref _closing, created, null) ?? created;
            }

            // The end may have come before the source could be seen.
            if (!IsActive)
            {
                Cancel(source);
            }

            return source.Token;
        }
    }

    /// <summary>True when the connection waits to hear that the handler's OnConnected has ended.</summary>
    internal bool AwaitsHandshake { get; init; }

    /// <summary>
    /// True when its handler reads and writes as it likes (<c>PipeHandler</c>): what it writes leaves unasked, it hears when the
    /// peer has closed its side, and the connection closes when the handler says so.
    /// </summary>
    internal bool IsDuplex { get; set; }

    /// <summary>
    /// Sends a frame of its own, apart from any request, in the order of the calls. The bytes are copied. Returns at once; nothing tells
    /// whether the peer got it: see <see cref="Messages.Send"/> for an acknowledgement.
    /// </summary>
    public void Send(ReadOnlySpan<byte> payload) => Actor.Tell(new Send(payload), ActorRefs.NoSender);

    /// <summary>As <see cref="Send(ReadOnlySpan{byte})"/>, with a slice whose contents it takes over: the slice is empty afterwards.</summary>
    public void Send(BufferSlice payload) => Actor.Tell(new Send(payload), ActorRefs.NoSender);

    /// <summary>Closes the connection after what was sent before has left. Returns at once.</summary>
    public void Close() => Actor.Tell(Messages.Close.Instance, ActorRefs.NoSender);

    /// <summary>Tells the peer that nothing more will come, after what was sent before. Returns at once; see <see cref="Messages.CloseOutput"/>.</summary>
    public void CloseOutput() => Actor.Tell(Messages.CloseOutput.Instance, ActorRefs.NoSender);

    /// <summary>Resets the connection and discards what is unsent. Returns at once.</summary>
    public void Abort() => Actor.Tell(Messages.Abort.Instance, ActorRefs.NoSender);

    /// <summary>Stops reading until <see cref="ResumeReading"/>. Returns at once.</summary>
    public void PauseReading() => Actor.Tell(Messages.PauseReading.Instance, ActorRefs.NoSender);

    /// <summary>Goes on reading after <see cref="PauseReading"/>. Returns at once.</summary>
    public void ResumeReading() => Actor.Tell(Messages.ResumeReading.Instance, ActorRefs.NoSender);

    /// <summary>Reads nothing more after a moment; null takes that back. Returns at once; see <see cref="Messages.SetReadDeadline"/>.</summary>
    public void SetReadDeadline(DateTimeOffset? due) => Actor.Tell(new SetReadDeadline(due), ActorRefs.NoSender);

    /// <summary>Resets the connection if something is unsent at a moment; null takes that back. Returns at once; see <see cref="Messages.SetWriteDeadline"/>.</summary>
    public void SetWriteDeadline(DateTimeOffset? due) => Actor.Tell(new SetWriteDeadline(due), ActorRefs.NoSender);

    /// <inheritdoc/>
    public override string ToString() => $"{LocalAddress} <- {RemoteAddress}";

    /// <summary>What the protocol above keeps with the connection; null until it is set.</summary>
    internal object? ProtocolState => Volatile.Read(ref _protocolState);

    /// <summary>Sets it, unless somebody was first; returns what is set.</summary>
    internal object SetProtocolStateOnce(object state) => Interlocked.CompareExchange(ref _protocolState, state, null) ?? state;

    internal void MarkWritable(bool isWritable) => _isWritable = isWritable;

    /// <summary>Ends the connection for this reason, unless it has one. Any thread.</summary>
    internal void End(CloseReason reason, Exception? error)
    {
        if (Interlocked.CompareExchange(ref _ending, new Ending(reason, error), null) is null
            && Volatile.Read(ref _closing) is { } closing)
        {
            Cancel(closing);
        }
    }

    /// <summary>Adds what went wrong to an end that has no error yet, unless somebody was told already.</summary>
    internal void Explain(Exception error)
    {
        while (Volatile.Read(ref _ending) is { IsTold: false, Error: null } ending
            && Interlocked.CompareExchange(ref _ending, ending with { Error = error }, ending) != ending)
        {
        }
    }

    /// <summary>The end as it is to be told, which does not change any more: everybody hears the same.</summary>
    internal Ending Settle(CloseReason otherwise, Exception? error)
    {
        End(otherwise, error);
        while (true)
        {
            Ending ending = Volatile.Read(ref _ending)!;
            if (ending.IsTold)
            {
                return ending;
            }

            Ending told = ending with { IsTold = true };
            if (Interlocked.CompareExchange(ref _ending, told, ending) == ending)
            {
                return told;
            }
        }
    }

    // What users' callbacks throw is theirs: it must not reach the loop, on which the end was found.
    private static void Cancel(CancellationTokenSource source) => _ = source.CancelAsync();
}
