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
    private bool _isPaused;

    /// <summary>Takes up what was left unread while too much was in flight or unsent. Call when either has become less.</summary>
    protected void ContinueReading()
    {
        if (TakesInput && (!_isReading || _isAhead))
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

        if (IsEnding)
        {
            CloseIfDrained();
        }
    }

    private bool HasRoom =>
        !_isPaused && InFlight < Settings.MaxInFlight && Bridge.Output.Length < Settings.OutputHighWaterBytes && CanTakeFrame;

    private void OnReadReady()
    {
        if (_state is ConnectionState.Prepared or ConnectionState.Closed)
        {
            return;
        }

        Bridge.AcknowledgeReadReady();
        if (TakesInput && _isReading)
        {
            // Once a message: what is left is reported again next round, so that no connection keeps the loop to itself.
            Take(Bridge.Channel.Receive(_input, out _));
        }
    }

    private void Take(IoResult received)
    {
        if (received.IsFailure)
        {
            OnPeerReset(received.Error);
        }
        else if (received.IsEndOfStream)
        {
            if (_isAhead)
            {
                // Requests that came before it still wait for their turn.
                _hasEndAhead = true;
                PauseOrResume();
            }
            else
            {
                OnInputEnd();
            }
        }
        else if (received.Bytes > 0)
        {
            Bridge.Clock?.Start(TimeLimit.Idle);
            Bridge.CountReceived(received.Bytes);
            CutFrames();
        }
    }

    private void OnInputEnd()
    {
        _hasPeerEnded = true;
        Exception? error = _input.Length == 0 ? null
            : new EndOfStreamException($"The peer closed in the middle of a frame, {_input.Length} bytes into it.");
        EndInput(_sendError is null ? CloseReason.PeerClosed : CloseReason.PeerReset, _sendError ?? error);
    }

    private void CutFrames()
    {
        FrameStatus status = FrameStatus.Complete;
        long bytes = _input.Length;
        bool tookFrame = false;
        while (status == FrameStatus.Complete && TakesInput && HasRoom && (_input.IsEmpty || IsDraining || TryReserveFrame()))
        {
            status = TakeFrame(_input, ref _reader);
            tookFrame |= status == FrameStatus.Complete;
        }

        switch (status)
        {
            case FrameStatus.Invalid:
                EndInput(CloseReason.ProtocolError, new InvalidDataException(Settings.Codec.Explain(_input.AsSequence())));
                break;
            case FrameStatus.TooLarge:
                EndInput(CloseReason.OverLimit, new InvalidDataException($"The peer announced a frame of more than {Settings.MaxFrameBytes} bytes."));
                break;
            default:
                _input.Release();
                TimeFrame(tookFrame);
                LookAhead(cutBytes: bytes - _input.Length);
                if (_hasEndAhead && !_isAhead)
                {
                    OnInputEnd();
                }
                else
                {
                    PauseOrResume();
                }

                break;
        }
    }

    private void TimeFrame(bool isNewFrame)
    {
        if (Bridge.Clock is not { } clock)
        {
            return;
        }

        if (_input.IsEmpty)
        {
            clock.Stop(TimeLimit.Read);
        }
        else if (isNewFrame)
        {
            clock.Start(TimeLimit.Read);
        }
        else
        {
            clock.StartOnce(TimeLimit.Read);
        }
    }

    private void SetPaused(bool isPaused)
    {
        _isPaused = isPaused;
        if (_state == ConnectionState.Prepared)
        {
            _isReading = !isPaused;
        }
        else if (isPaused)
        {
            PauseOrResume();
        }
        else
        {
            ContinueReading();
        }
    }

    private void PauseOrResume()
    {
        if (!TakesInput)
        {
            return;
        }

        bool wantsRead = HasRoom || CanReadAhead;
        if (wantsRead != _isReading)
        {
            _isReading = wantsRead;
            Bridge.SetReading(wantsRead);
        }

        if (!HasRoom)
        {
            AwaitRoom();
        }
    }

    // Asked again whenever the output is too full: it may be the last answer that fills it, long after reading was paused for another reason.
    private void AwaitRoom()
    {
        if (Bridge.Output.Length >= Settings.OutputHighWaterBytes)
        {
            Bridge.TellWhenOutputIsDownTo(Settings.OutputLowWaterBytes);
        }
    }
}
