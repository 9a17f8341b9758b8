using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Connections;

/// <summary>
/// One connection: reads, cuts frames, writes, closes. What frames mean is its subclass's: requests on a server, replies on a client.
/// Lives on its poller's loop, so that everything here is one thread with the socket; its mailbox serialises the connection's whole life.
/// Never restarted: its socket is gone, so a restart means stop.
/// </summary>
/// <remarks>
/// <code>
///            Adopt            handler ready        input ended             nothing in flight           all sent
///  Prepared ───────► Connected ───────────► Open ─────────────► HalfClosed ─────────────────► Closing ─────────► Closed ──► (stopped)
///     │                  │                    │ drain              ▲  │                          ▲                  ▲
///     │                  │                    └─────► Draining ────┘  │                          │                  │
///     │                  └─────── Close ──────┴──────────┴────────────┴──────────────────────────┘                  │
///     └── refused ──────────────────────────── reset, Abort, Detach, time over, from every state ───────────────────┘
/// </code>
/// Connected has told its handler, whose OnConnected is under way; it already reads, and the requests wait in the handler's mailbox. A
/// connection whose handshake nobody times is open at once. Open reads and answers. Draining begins no more requests, and reads on for what is
/// about the open ones; only protocols that have such frames (<see cref="Roles"/>) are in it. HalfClosed reads no more, because the peer has closed
/// its side or broken the protocol, or the connection's time is over; but what is in flight is answered. Closing only sends what was
/// written. Closed has no socket: that is the bridge's, which lingers until the peer has closed too. It waits for its handler to hear
/// of the end.
/// </remarks>
internal abstract partial class ConnectionActor(PollerRef poller, ConnectionSettings settings) : UntypedActor
{
    private ConnectionState _state = ConnectionState.Prepared;
    private ConnectionBridge? _bridge;

    private enum ConnectionState
    {
        Prepared,
        Connected,
        Open,
        Draining,
        HalfClosed,
        Closing,
        Closed,
    }

    /// <summary>The poller on which the connection lives.</summary>
    protected PollerRef Poller { get; } = poller;

    /// <summary>What it has in common with its siblings.</summary>
    protected ConnectionSettings Settings { get; } = settings;

    /// <summary>The connection as others see it; there once it is open.</summary>
    protected ConnectionRef Connection { get; private set; } = null!;

    private ConnectionBridge Bridge => _bridge!;

    private bool IsOpen => _state is ConnectionState.Open or ConnectionState.Connected;

    /// <summary>Whether no more requests are begun, though frames are still read.</summary>
    protected bool IsDraining => _state == ConnectionState.Draining;

    private bool TakesInput => IsOpen || IsDraining;

    private bool IsEnding => _state is ConnectionState.Draining or ConnectionState.HalfClosed or ConnectionState.Closing;

    protected sealed override void OnReceive(object message)
    {
        switch (message)
        {
            case ReadReady:
                OnReadReady();
                break;
            case OutputDrained:
                OnOutputDrained();
                break;
            case Adopt adopt:
                Open(adopt);
                break;
            case OutputFailed failed:
                OnOutputFailed(failed);
                break;
            case HungUp:
                OnHungUp();
                break;
            case TimeUp:
                OnTimeUp();
                break;
            case HandshakeDone:
                OnHandshakeDone();
                break;
            case Send send:
                OnSend(send);
                break;
            case Close:
                BeginClose(CloseReason.LocalClose);
                break;
            case Abort:
                AbortNow();
                break;
            case CloseOutput:
                OnCloseOutput();
                break;
            case PauseReading:
                SetPaused(true);
                break;
            case ResumeReading:
                SetPaused(false);
                break;
            case SetReadDeadline deadline:
                SetDeadline(TimeLimit.ReadDeadline, deadline.Due);
                break;
            case SetWriteDeadline deadline:
                SetDeadline(TimeLimit.WriteDeadline, deadline.Due);
                break;
            case Detach:
                OnDetach();
                break;
            case GetStats:
                TellStats();
                break;
            case DrainConnection:
                BeginDrain(CloseReason.Shutdown);
                break;
            case OutputOverBudget:
                CloseOverBudget();
                break;
            default:
                OnMessage(message);
                break;
        }
    }

    /// <summary>The connection is open: get ready for frames.</summary>
    protected abstract void OnOpened();

    /// <summary>Takes the next frame off the input, if it is all there.</summary>
    protected abstract Framing.FrameStatus TakeFrame(LinkBuffer input, ref Framing.FrameReader reader);

    /// <summary>How many frames are being dealt with: a connection closes by itself only when there are none.</summary>
    protected abstract int InFlight { get; }

    /// <summary>Whether what is in flight can still come to its end when nothing more is read: a server's answers can, a client's calls cannot.</summary>
    protected abstract bool CanFinishInFlight { get; }

    /// <summary>Whether the connection, when nothing more is read, is to stay until its handler has it closed: it may still write.</summary>
    protected virtual bool HandlerCloses => false;

    /// <summary>Nothing more is read: what is in flight comes to its end, and then the connection closes.</summary>
    protected virtual void OnInputEnded(Exception? error)
    {
    }

    /// <summary>Whether one more frame can be dealt with, apart from the limits here. When it can again, <see cref="ContinueReading"/> is to be called.</summary>
    protected virtual bool CanTakeFrame => true;

    /// <summary>Makes sure that the frame which begins with what is in the input can be dealt with. If it cannot, <see cref="CanTakeFrame"/> is false from then on.</summary>
    protected virtual bool TryReserveFrame() => true;

    /// <summary>The connection has ended. Called once; <see cref="FinishStop"/> is to be called when nothing is left to do.</summary>
    protected abstract void OnClosed(CloseReason reason, Exception? error);

    /// <summary>The actor was stopped while the connection was open. Called once, instead of <see cref="OnClosed"/>.</summary>
    protected abstract void OnStopped(CloseReason reason);

    /// <summary>The unsent output has passed the high-water mark, or is down to the low one again.</summary>
    protected virtual void OnWritabilityChanged(bool isWritable)
    {
    }

    /// <summary>A message that is not about the socket.</summary>
    protected abstract void OnMessage(object message);

    /// <summary>Ends the actor, after <see cref="OnClosed"/>.</summary>
    protected void FinishStop() => Context.Stop(Self);

    // Supervision has taken a failure of this actor, or one that its handler's escalated, for a reason to begin anew.
    protected override void PreRestart(Exception reason, object? message)
    {
        Connection?.End(CloseReason.HandlerFaulted, reason);
        base.PreRestart(reason, message);
    }

    // A restart would be a connection without a socket: the old instance has closed it in PostStop, the new one only ends.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        if (_bridge is not null && _state != ConnectionState.Closed)
        {
            // Not by its own decision: the system or the listener stops, or supervision ended it.
            ReleaseSocket(CloseReason.Shutdown, abort: false);
            OnStopped(_ending!.Reason);
        }

        base.PostStop();
    }

    // A connection that is not open yet, or no more, has nothing to say but zeros.
    private void TellStats() => Sender.Tell(new ConnectionStats(
        _bridge?.BytesReceived ?? 0, _bridge?.BytesSent ?? 0, _state == ConnectionState.Closed ? 0 : _bridge?.Output.Length ?? 0, InFlight));

    private void Open(Adopt adopt)
    {
        _bridge = new ConnectionBridge(Poller.Loop, adopt.Channel, Self, Settings.OutputBudget?.Open(Self)) { Traffic = Poller.Traffic };
        Connection = new ConnectionRef(Self, adopt.Channel.RemoteAddress, adopt.LocalAddress)
        {
            AwaitsHandshake = Settings.Limits.Has(TimeLimit.Handshake),
        };
        if (IsRefused())
        {
            return;
        }

        _state = Connection.AwaitsHandshake ? ConnectionState.Connected : ConnectionState.Open;
        StartClock();
        OnOpened();
        Bridge.Open(_isReading);
        Context.System.EventStream.Publish(new ConnectionOpened(Connection));
    }

    private bool IsRefused()
    {
        if (Settings.Prepare is not { } prepare || prepare(Connection))
        {
            return false;
        }

        // Nobody has heard of it, so nobody hears of its end but the event stream.
        ReleaseSocket(CloseReason.Refused, abort: true);
        FinishStop();
        return true;
    }

    private void OnHandshakeDone()
    {
        if (_state == ConnectionState.Connected)
        {
            _state = ConnectionState.Open;
            Bridge.Clock?.Stop(TimeLimit.Handshake);
        }
    }
}
