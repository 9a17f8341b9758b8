using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Connections;

/// <summary>
/// What the loop calls of a connection, between the actor's messages and on the same thread: turns readiness into messages, and sends the
/// output at the end of the round. Owns the channel and the output buffer; the connection actor owns the bridge.
/// </summary>
internal sealed partial class ConnectionBridge(EventLoop loop, StreamChannel channel, IActorRef connection, OutputAccount? account = null)
    : IStreamReceiver, IFlushable
{
    private bool _isReadReadyTold;
    private bool _isFlushRequested;
    private bool _isWaitingToWrite;
    private bool _wantsRead;
    private bool _shutsDownWhenSent;
    private bool _isOnLoop;
    private long _tellBelow = -1;

    /// <summary>The connected socket.</summary>
    public StreamChannel Channel { get; } = channel;

    /// <summary>What is written and not yet sent. After writing call <see cref="RequestFlush"/>.</summary>
    public LinkBuffer Output { get; } = new(loop.BlockPool);

    /// <summary>True once nothing can be sent any more: what is written is then discarded.</summary>
    public bool IsOutputDead { get; private set; }

    /// <summary>The connection's time limits, if it has any to watch.</summary>
    public ConnectionClock? Clock { get; set; }

    /// <summary>Who waits to hear that the kernel has the bytes, if anybody ever did.</summary>
    public Acknowledgements? Acknowledgements { get; set; }

    /// <summary>Which byte of all that the connection ever sends the output ends with.</summary>
    public long OutputEnd => BytesSent + Output.Length;

    /// <summary>Counts for the whole poller.</summary>
    public required PollerTraffic Traffic { get; init; }

    /// <summary>Bytes that came.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes that the kernel took.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Counts bytes that came.</summary>
    public void CountReceived(long bytes)
    {
        BytesReceived += bytes;
        Traffic.CountReceived(bytes);
    }

    /// <summary>Begins to read.</summary>
    public void Open(bool wantsRead)
    {
        _wantsRead = wantsRead;
        _isOnLoop = true;
        loop.Add(Channel, this, wantsRead ? PollInterest.Read : PollInterest.None);
    }

    /// <summary>Says whether the connection wants to read.</summary>
    public void SetReading(bool wantsRead)
    {
        _wantsRead = wantsRead;
        UpdateInterest();
    }

    /// <summary>The actor has begun to deal with <see cref="ReadReady"/>: the next readiness is told again.</summary>
    public void AcknowledgeReadReady() => _isReadReadyTold = false;

    /// <summary>Has the output sent: at the end of the round, with what comes until then, or at once.</summary>
    public void RequestFlush(bool isLastOfRound = false)
    {
        if (IsOutputDead)
        {
            Output.Clear();
        }
        else if (!_isFlushRequested && !_isWaitingToWrite)
        {
            if (isLastOfRound)
            {
                Flush();
            }
            else
            {
                _isFlushRequested = true;
                loop.RequestFlush(this);
            }
        }

        account?.Set(Output.Length);
    }

    /// <summary>Tells the connection <see cref="OutputDrained"/>, once, when no more than so many bytes are left to send.</summary>
    public void TellWhenOutputIsDownTo(long bytes) => _tellBelow = bytes;

    /// <summary>Tells the peer that nothing more comes, as soon as the output is sent.</summary>
    public void ShutDownOutput()
    {
        _shutsDownWhenSent = true;
        RequestFlush();
    }

    /// <summary>Closes or resets the socket and gives all buffers back. Harmless when repeated.</summary>
    public void Dispose(bool abort)
    {
        if (abort)
        {
            Channel.Abort();
        }
        else
        {
            Channel.Close();
        }

        IsOutputDead = true;
        Output.Dispose();
        account?.Set(0);
        EndLingering();
    }

    void IStreamReceiver.OnReadable()
    {
        if (_lingering is not null)
        {
            Discard();
        }
        else if (!_isReadReadyTold)
        {
            // Level-triggered: while the message waits in the mailbox the kernel says it again every round.
            _isReadReadyTold = true;
            connection.Tell(ReadReady.Instance, ActorRefs.NoSender);
        }
    }

    void IStreamReceiver.OnWritable() => Flush();

    void IStreamReceiver.OnHangUp()
    {
        if (_lingering is not null)
        {
            Dispose(abort: false);
        }
        else
        {
            connection.Tell(HungUp.Instance, ActorRefs.NoSender);
        }
    }

    public void Flush()
    {
        _isFlushRequested = false;
        if (!Channel.IsOpen)
        {
            return;
        }

        IoResult sent = Channel.Send(Output);
        BytesSent += sent.Bytes;
        Traffic.CountSent(sent.Bytes);
        if (sent.IsFailure)
        {
            OnSendFailed(sent);
            return;
        }

        account?.Set(Output.Length);
        _isWaitingToWrite = sent.WouldBlock;
        if (_shutsDownWhenSent && Output.IsEmpty)
        {
            _shutsDownWhenSent = false;
            Channel.ShutdownWrite();
        }

        UpdateInterest();
        if (_lingering is null)
        {
            TellProgress(sent);
        }
    }

    private void TellProgress(IoResult sent)
    {
        Clock?.OnSent(sent);
        Acknowledgements?.TellUpTo(BytesSent);
        if (Output.Length <= _tellBelow)
        {
            _tellBelow = -1;
            connection.Tell(OutputDrained.Instance, ActorRefs.NoSender);
        }
    }

    private void OnSendFailed(IoResult sent)
    {
        if (_lingering is not null)
        {
            Dispose(abort: false);
            return;
        }

        IsOutputDead = true;
        Output.Clear();
        Clock?.Stop(TimeLimit.Write);
        connection.Tell(new OutputFailed(sent.Error), ActorRefs.NoSender);
        _isWaitingToWrite = false;
        UpdateInterest();
        if (_tellBelow >= 0)
        {
            _tellBelow = -1;
            connection.Tell(OutputDrained.Instance, ActorRefs.NoSender);
        }
    }

    private void UpdateInterest() => Channel.SetInterest(
        (_wantsRead ? PollInterest.Read : PollInterest.None) | (_isWaitingToWrite ? PollInterest.Write : PollInterest.None));
}
