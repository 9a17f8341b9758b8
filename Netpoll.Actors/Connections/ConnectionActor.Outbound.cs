using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>From frames to the socket.</summary>
internal abstract partial class ConnectionActor
{
    private System.Net.Sockets.SocketException? _sendError;

    /// <summary>Whether what is written may still reach the peer.</summary>
    protected bool CanSend => _state != ConnectionState.Closed && !Bridge.IsOutputDead;

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
        output.Flush();
        Bridge.RequestFlush();
    }

    /// <summary>Whether so much is unsent that whoever produces more should wait; if so, <see cref="OnOutputChanged"/> is called once there is less.</summary>
    protected bool AwaitsRoom()
    {
        if (!CanSend || Bridge.Output.Length < Settings.OutputHighWaterBytes)
        {
            return false;
        }

        Bridge.TellWhenOutputIsDownTo(Settings.OutputHighWaterBytes / 2);
        return true;
    }

    /// <summary>Much of the output has left, or none of it ever will.</summary>
    protected virtual void OnOutputChanged()
    {
    }

    private void OnOutputDrained()
    {
        OnOutputChanged();
        if (_state == ConnectionState.Open)
        {
            ContinueReading();
        }
        else if (_state == ConnectionState.Draining)
        {
            CloseIfDrained();
        }
    }

    // Nothing of the unsent is kept: memory is what there is too little of.
    private void CloseOverBudget()
    {
        if (_state is ConnectionState.Open or ConnectionState.Draining)
        {
            End(Messages.CloseReason.OverLimit, Settings.OutputBudget!.Exceeded());
            CloseNow(abort: true);
        }
    }

    // The peer takes nothing more, but what it sent before is still to be read: the read that follows it ends the connection.
    private void OnSendFailed(SendFailed failed)
    {
        _sendError = new System.Net.Sockets.SocketException((int)failed.Error);
        OnOutputChanged();
        if (_state == ConnectionState.Draining)
        {
            CloseIfDrained();
        }
        else if (_state == ConnectionState.Open)
        {
            ContinueReading();
        }
    }
}
