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
internal sealed class ConnectionBridge(EventLoop loop, StreamChannel channel, IActorRef connection, OutputAccount? account = null)
    : IStreamReceiver, IFlushable
{
    private bool _isReadReadyTold;
    private bool _isFlushRequested;
    private bool _isWaitingToWrite;
    private bool _wantsRead;
    private long _tellBelow = -1;

    /// <summary>The connected socket.</summary>
    public StreamChannel Channel { get; } = channel;

    /// <summary>What is written and not yet sent. After writing call <see cref="RequestFlush"/>.</summary>
    public LinkBuffer Output { get; } = new(loop.BlockPool);

    /// <summary>True once nothing can be sent any more: what is written is then discarded.</summary>
    public bool IsOutputDead { get; private set; }

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
    public void Open()
    {
        _wantsRead = true;
        loop.Add(Channel, this, PollInterest.Read);
    }

    /// <summary>Says whether the connection wants to read.</summary>
    public void SetReading(bool wantsRead)
    {
        _wantsRead = wantsRead;
        UpdateInterest();
    }

    /// <summary>The actor has begun to deal with <see cref="ReadReady"/>: the next readiness is told again.</summary>
    public void AcknowledgeReadReady() => _isReadReadyTold = false;

    /// <summary>Has the output sent at the end of the round.</summary>
    public void RequestFlush()
    {
        if (IsOutputDead)
        {
            Output.Clear();
        }
        else if (!_isFlushRequested && !_isWaitingToWrite)
        {
            _isFlushRequested = true;
            loop.RequestFlush(this);
        }

        account?.Set(Output.Length);
    }

    /// <summary>Tells the connection <see cref="OutputDrained"/>, once, when no more than so many bytes are left to send.</summary>
    public void TellWhenOutputIsDownTo(long bytes) => _tellBelow = bytes;

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
    }

    void IStreamReceiver.OnReadable()
    {
        // Level-triggered: while the message waits in the mailbox the kernel says it again every round.
        if (!_isReadReadyTold)
        {
            _isReadReadyTold = true;
            connection.Tell(ReadReady.Instance, ActorRefs.NoSender);
        }
    }

    void IStreamReceiver.OnWritable() => Flush();

    void IStreamReceiver.OnHangUp() => connection.Tell(HungUp.Instance, ActorRefs.NoSender);

    public void Flush()
    {
        _isFlushRequested = false;
        if (!Channel.IsOpen)
        {
            return;
        }

        IoResult sent = Channel.Send(Output);
        if (sent.IsFailure)
        {
            IsOutputDead = true;
            Output.Clear();
            connection.Tell(new SendFailed(sent.Error), ActorRefs.NoSender);
        }

        BytesSent += sent.Bytes;
        Traffic.CountSent(sent.Bytes);
        account?.Set(Output.Length);
        _isWaitingToWrite = sent.WouldBlock;
        UpdateInterest();
        if (Output.Length <= _tellBelow)
        {
            _tellBelow = -1;
            connection.Tell(OutputDrained.Instance, ActorRefs.NoSender);
        }
    }

    private void UpdateInterest() => Channel.SetInterest(
        (_wantsRead ? PollInterest.Read : PollInterest.None) | (_isWaitingToWrite ? PollInterest.Write : PollInterest.None));
}
