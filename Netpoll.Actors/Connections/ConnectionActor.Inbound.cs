using System.Net.Sockets;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;

namespace Netpoll.Actors.Connections;

/// <summary>From the socket to frames, and when to stop reading.</summary>
internal abstract partial class ConnectionActor
{
    private readonly LinkBuffer _input = new(poller.Loop.BlockPool);
    private FrameReader _reader = new(settings.Codec, settings.MaxFrameBytes);
    private bool _isReading = true;

    /// <summary>Takes up what was left unread while too much was in flight or unsent. Call when either has become less.</summary>
    protected void ContinueReading()
    {
        if (_state == ConnectionState.Draining)
        {
            CloseIfDrained();
        }
        else if (_state == ConnectionState.Open && !_isReading)
        {
            if (HasRoom)
            {
                // Frames that had already come go first.
                CutFrames();
            }
            else
            {
                AwaitRoom();
            }
        }
    }

    private bool HasRoom => InFlight < Settings.MaxInFlight && Bridge.Output.Length < Settings.OutputHighWaterBytes;

    private void OnReadReady()
    {
        if (_state is ConnectionState.Waiting or ConnectionState.Closed)
        {
            return;
        }

        Bridge.AcknowledgeReadReady();
        if (_state == ConnectionState.Open && _isReading)
        {
            // Once a message: what is left is reported again next round, so that no connection keeps the loop to itself.
            Take(Bridge.Channel.Receive(_input, out _));
        }
    }

    private void Take(IoResult received)
    {
        if (received.IsFailure)
        {
            End(CloseReason.PeerReset, new SocketException((int)received.Error));
            CloseNow();
        }
        else if (received.IsEndOfStream)
        {
            Exception? error = _input.Length == 0 ? null
                : new EndOfStreamException($"The peer closed in the middle of a frame, {_input.Length} bytes into it.");
            BeginDrain(_sendError is null ? CloseReason.PeerClosed : CloseReason.PeerReset, _sendError ?? error);
        }
        else if (received.Bytes > 0)
        {
            Bridge.CountReceived(received.Bytes);
            CutFrames();
        }
    }

    private void CutFrames()
    {
        FrameStatus status = FrameStatus.Complete;
        while (status == FrameStatus.Complete && _state == ConnectionState.Open && HasRoom)
        {
            status = TakeFrame(_input, ref _reader);
        }

        switch (status)
        {
            case FrameStatus.Invalid:
                BeginDrain(CloseReason.ProtocolError, new InvalidDataException("No frame begins with what the peer sent."));
                break;
            case FrameStatus.TooLarge:
                BeginDrain(CloseReason.OverLimit, new InvalidDataException($"The peer announced a frame of more than {Settings.MaxFrameBytes} bytes."));
                break;
            default:
                _input.Release();
                PauseOrResume();
                break;
        }
    }

    private void PauseOrResume()
    {
        if (_state != ConnectionState.Open)
        {
            return;
        }

        bool wantsRead = HasRoom;
        if (wantsRead != _isReading)
        {
            _isReading = wantsRead;
            Bridge.SetReading(wantsRead);
        }

        if (!wantsRead)
        {
            AwaitRoom();
        }
    }

    // Asked again whenever the output is too full: it may be the last answer that fills it, long after reading was paused for another reason.
    private void AwaitRoom()
    {
        if (Bridge.Output.Length >= Settings.OutputHighWaterBytes)
        {
            Bridge.TellWhenOutputIsDownTo(Settings.OutputHighWaterBytes / 2);
        }
    }
}
