using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>From frames to the socket.</summary>
internal abstract partial class ConnectionActor
{
    private System.Net.Sockets.SocketException? _sendError;

    /// <summary>Wraps a payload into a frame and has it sent at the end of the loop's round. Leaves both parts empty.</summary>
    /// <param name="written">The payload, if it was written.</param>
    /// <param name="sliced">The payload, if it is a slice: at most one of the two has bytes.</param>
    protected void Write(LinkBuffer written, BufferSlice sliced)
    {
        if (_state == ConnectionState.Closed || Bridge.IsOutputDead)
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

    private void OnOutputDrained()
    {
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
