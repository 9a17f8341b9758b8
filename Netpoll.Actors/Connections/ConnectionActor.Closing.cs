using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Connections;

/// <summary>How a connection ends: with one reason, the first; and exactly once.</summary>
internal abstract partial class ConnectionActor
{
    // What everybody is told; there once the socket is gone.
    private Ending? _ending;
    private bool _hasPeerEnded;

    /// <summary>Begins no more requests, lets what is in flight be answered and sent, then closes. The peer has still its say about what is in flight.</summary>
    private void BeginDrain(CloseReason reason)
    {
        if (Roles is null || HandlerCloses)
        {
            EndInput(reason, null);
        }
        else if (IsOpen)
        {
            Connection.End(reason, null);
            _state = ConnectionState.Draining;
            CutFrames();
            if (IsDraining)
            {
                AwaitInFlight();
            }
        }
    }

    /// <summary>Stops reading, lets what is in flight be answered and sent, then closes.</summary>
    private void EndInput(CloseReason reason, Exception? error)
    {
        if (!TakesInput)
        {
            return;
        }

        Connection.End(reason, error);
        StopReading();
        OnInputEnded(error);
        AwaitInFlight();
    }

    private void StopReading()
    {
        _state = ConnectionState.HalfClosed;
        _input.Clear();
        Bridge.SetReading(false);
    }

    private void AwaitInFlight()
    {
        CloseIfDrained();
        if (_state is ConnectionState.Draining or ConnectionState.HalfClosed)
        {
            Clock.StartOnce(TimeLimit.Drain);
        }
    }

    /// <summary>Closes after what was written has left, without waiting for what is in flight.</summary>
    protected void BeginClose(CloseReason reason, Exception? error = null)
    {
        if (_state == ConnectionState.Prepared)
        {
            Context.Stop(Self);
            return;
        }

        if (TakesInput)
        {
            Connection.End(reason, error);
            StopReading();
        }

        if (_state == ConnectionState.HalfClosed)
        {
            _state = ConnectionState.Closing;
            CloseIfDrained();
        }
    }

    private void CloseIfDrained()
    {
        if (_state is ConnectionState.Draining or ConnectionState.HalfClosed)
        {
            if ((InFlight > 0 && CanFinishInFlight) || (HandlerCloses && CanSend))
            {
                return;
            }

            StopReading();
            _state = ConnectionState.Closing;
        }

        if (Bridge.Output.Length == 0)
        {
            CloseNow();
            return;
        }

        // Each time: another answer may have come between the last bytes' leaving and the word of it.
        Bridge.TellWhenOutputIsDownTo(0);
        Clock.StartOnce(TimeLimit.Linger, Settings.LingerTimeout);
    }

    /// <summary>Nothing more is written, though what comes may still be read. Without that, it is the end.</summary>
    protected void EndOutput()
    {
        if (IsOpen)
        {
            OnCloseOutput();
        }
        else
        {
            BeginClose(CloseReason.LocalClose);
        }
    }

    /// <summary>The handler gets on with what it has to say after the peer's close: it has the whole time anew.</summary>
    protected void ExtendHalfClose()
    {
        if (_state == ConnectionState.HalfClosed && Connection.CloseReason == CloseReason.PeerClosed)
        {
            Clock.Start(TimeLimit.Drain);
        }
    }

    private void AbortNow()
    {
        if (IsOpen || IsEnding)
        {
            Connection.End(CloseReason.LocalAbort, null);
            CloseNow(abort: true);
        }
        else if (_state == ConnectionState.Prepared)
        {
            Context.Stop(Self);
        }
    }

    // Both directions are dead. While reading is only paused, what has come is still to be read, and the read tells of the end.
    private void OnHungUp()
    {
        _hasPeerEnded = true;
        if (IsEnding)
        {
            CloseNow();
        }
    }

    private void OnPeerReset(SocketError error)
    {
        _hasPeerEnded = true;
        Connection.End(CloseReason.PeerReset, new SocketException((int)error));
        CloseNow();
    }

    private void OnDetach()
    {
        if (!IsOpen)
        {
            Sender.Tell(new Status.Failure(new InvalidOperationException("The connection is not open, so its socket cannot be taken out.")));
            return;
        }

        Connection.End(CloseReason.Detached, null);
        LinkBuffer unread = new(_input.Pool);
        LinkBuffer unsent = new(_input.Pool);
        SocketHandle socket = Bridge.TakeSocket(_input);
        Move(_input, unread);
        Move(Bridge.Output, unsent);
        Detached detached = new(Connection, socket, unread, unsent);
        CloseNow();
        Sender.Tell(detached);
    }

    private static void Move(LinkBuffer from, LinkBuffer to)
    {
        to.Append(from);
        to.Flush();
    }

    private void CloseNow(bool abort = false)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        ReleaseSocket(CloseReason.LocalClose, abort);
        OnClosed(_ending!.Reason, _ending.Error);
    }

    private void ReleaseSocket(CloseReason otherwise, bool abort)
    {
        _state = ConnectionState.Closed;
        _ending = Connection.Settle(otherwise, null);
        Bridge.Clock?.StopAll();
        if (abort || _hasPeerEnded)
        {
            Bridge.Dispose(abort);
        }
        else
        {
            Bridge.CloseGently(Settings.LingerTimeout, Settings.Lingering);
        }

        Bridge.Acknowledgements?.FailAll(new IOException($"The connection has ended ({_ending.Reason}).", _ending.Error));
        _input.Dispose();
        Poller.Traffic.CountClosed(_ending.Reason);
        Context.System.EventStream.Publish(new ConnectionClosed(Connection, _ending.Reason, _ending.Error));
    }
}
