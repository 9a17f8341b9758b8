using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>From frames to the socket.</summary>
internal abstract partial class ConnectionActor
{
    private System.Net.Sockets.SocketException? _sendError;
    private bool _isOutputClosed;

    /// <summary>Whether what is written may still reach the peer.</summary>
    protected bool CanSend => _state != ConnectionState.Closed && !_isOutputClosed && !Bridge.IsOutputDead;

    /// <summary>Wraps a payload into a frame and has it sent at the end of the loop's round. Leaves both parts empty.</summary>
    /// <param name="written">The payload, if it was written.</param>
    /// <param name="sliced">The payload, if it is a slice: at most one of the two has bytes.</param>
    protected void Write(LinkBuffer written, BufferSlice sliced)
    {
        if (!CanSend)
        {
            written.Clear();
            sliced.Dispose();
            return;
        }

        LinkBuffer output = Bridge.Output;
        long length = written.Length + sliced.Length;
        Settings.Codec.EncodePrefix(output, length);
        if (sliced.IsEmpty)
        {
            output.Append(written);
        }
        else
        {
            output.Append(sliced);
        }

        Settings.Codec.EncodeSuffix(output, length);
        EndWrite();
    }

    /// <summary>Has what was written to <see cref="Output"/> sent at the end of the loop's round, and tells the handler when it is too much.</summary>
    protected void EndWrite()
    {
        LinkBuffer output = Bridge.Output;
        output.Flush();
        Bridge.RequestFlush();
        Bridge.Clock?.Start(TimeLimit.Idle);
        if (output.Length >= Settings.OutputHighWaterBytes && Connection.IsWritable)
        {
            Bridge.TellWhenOutputIsDownTo(TakesInput ? Settings.OutputLowWaterBytes : 0);
            SetWritable(false);
        }
    }

    private void OnSend(Send send)
    {
        Exception? refusal = WhyNotSend();
        if (refusal is null)
        {
            try
            {
                Write(send.Written, send.Sliced);
            }
            catch (ArgumentOutOfRangeException tooLong)
            {
                // The codec cannot say such a length. Nothing of it was written.
                refusal = tooLong;
            }
        }

        if (refusal is not null)
        {
            ((IOwnsResources)send).Release();
        }

        if (send.Acknowledgement is null)
        {
            return;
        }

        if (refusal is null)
        {
            (Bridge.Acknowledgements ??= new Acknowledgements()).Add(Bridge.OutputEnd, send, Sender);
        }
        else
        {
            Sender.Tell(new SendFailed(send, refusal));
        }
    }

    private InvalidOperationException? WhyNotSend() =>
        !IsOpen && !IsEnding ? new InvalidOperationException("The connection is not open.")
        : _isOutputClosed || Bridge.IsOutputDead ? new InvalidOperationException("Nothing can be sent any more.")
        : null;

    private void OnCloseOutput()
    {
        if (IsOpen && !_isOutputClosed)
        {
            _isOutputClosed = true;
            Bridge.ShutDownOutput();
        }
    }

    /// <summary>Whether so much is unsent that whoever produces more should wait; if so, <see cref="OnOutputChanged"/> is called once there is less.</summary>
    protected bool AwaitsRoom()
    {
        if (!CanSend || Bridge.Output.Length < Settings.OutputHighWaterBytes)
        {
            return false;
        }

        Bridge.TellWhenOutputIsDownTo(Settings.OutputLowWaterBytes);
        return true;
    }

    /// <summary>Much of the output has left, or none of it ever will.</summary>
    protected virtual void OnOutputChanged()
    {
    }

    /// <summary>
    /// Where to write whole frames piece by piece; null when nothing can be sent any more. Call <see cref="FlushOutput"/> afterwards.
    /// </summary>
    protected LinkBuffer? Output => _state == ConnectionState.Closed || Bridge.IsOutputDead ? null : Bridge.Output;

    /// <summary>Has what was written to <see cref="Output"/> sent: at once if nothing more can come in this loop's round, else at its end.</summary>
    protected void FlushOutput(bool isLastOfRound)
    {
        Bridge.Output.Flush();
        Bridge.RequestFlush(isLastOfRound);
    }

    private void OnOutputDrained()
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        OnOutputChanged();
        if (!Connection.IsWritable)
        {
            if (Bridge.Output.Length <= Settings.OutputLowWaterBytes)
            {
                SetWritable(true);
            }
            else
            {
                // More was written between the last bytes' leaving and the word of it. That it is too much was said already.
                Bridge.TellWhenOutputIsDownTo(Settings.OutputLowWaterBytes);
            }
        }

        ContinueReading();
    }

    // Nothing of the unsent is kept: memory is what there is too little of.
    private void CloseOverBudget()
    {
        if (IsOpen || IsEnding)
        {
            Connection.End(Messages.CloseReason.OverLimit, Settings.OutputBudget!.Exceeded());
            CloseNow(abort: true);
        }
    }

    // The peer takes nothing more, but what it sent before is still to be read: the read that follows it ends the connection.
    private void OnOutputFailed(OutputFailed failed)
    {
        _sendError = new System.Net.Sockets.SocketException((int)failed.Error);
        _hasPeerEnded = true;
        Bridge.Acknowledgements?.FailAll(_sendError);
        OnOutputChanged();
        ContinueReading();
    }

    private void SetWritable(bool isWritable)
    {
        Connection.MarkWritable(isWritable);
        OnWritabilityChanged(isWritable);
    }
}
