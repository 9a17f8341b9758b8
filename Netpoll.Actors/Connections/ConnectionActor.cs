using Akka.Actor;
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
///            Adopt             input ended, Close            nothing in flight, all sent
///   Waiting ───────► Open ──────────────────────► Draining ─────────────────────────────► Closed ───► (stopped)
///                     │                               │                                    ▲
///                     └───────────────────────────────┴────────────────────────────────────┘
///                                 reset, Abort, linger time over, handler gone
/// </code>
/// Open reads and answers. Draining reads no more, but what is in flight is answered and sent. Closed has no socket; it waits for its
/// handler to hear of the end.
/// </remarks>
internal abstract partial class ConnectionActor(PollerRef poller, ConnectionSettings settings) : UntypedActor
{
    private ConnectionState _state = ConnectionState.Waiting;
    private ConnectionBridge? _bridge;

    private enum ConnectionState
    {
        Waiting,
        Open,
        Draining,
        Closed,
    }

    /// <summary>The poller on which the connection lives.</summary>
    protected PollerRef Poller { get; } = poller;

    /// <summary>What it has in common with its siblings.</summary>
    protected ConnectionSettings Settings { get; } = settings;

    /// <summary>The connection as others see it; there once it is open.</summary>
    protected ConnectionRef Connection { get; private set; } = null!;

    private ConnectionBridge Bridge => _bridge!;

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
            case SendFailed failed:
                OnSendFailed(failed);
                break;
            case HungUp:
                OnHungUp();
                break;
            case LingerExpired:
                CloseNow(new TimeoutException($"The peer did not take the last bytes within {Settings.LingerTimeout}."));
                break;
            case Close:
                BeginClose(CloseReason.LocalClose);
                break;
            case Abort:
                AbortNow();
                break;
            case GetStats:
                TellStats();
                break;
            case DrainConnection:
                BeginDrain(CloseReason.Shutdown, null);
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

    /// <summary>The connection has ended. Called once; <see cref="FinishStop"/> is to be called when nothing is left to do.</summary>
    protected abstract void OnClosed(CloseReason reason, Exception? error);

    /// <summary>The actor was stopped while the connection was open. Called once, instead of <see cref="OnClosed"/>.</summary>
    protected abstract void OnStopped(CloseReason reason);

    /// <summary>A message that is not about the socket.</summary>
    protected abstract void OnMessage(object message);

    /// <summary>Ends the actor, after <see cref="OnClosed"/>.</summary>
    protected void FinishStop() => Context.Stop(Self);

    // A restart would be a connection without a socket: the old instance has closed it in PostStop, the new one only ends.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        if (_bridge is not null && _state != ConnectionState.Closed)
        {
            // Not by its own decision: the system or the listener stops, or supervision ended it.
            _ending ??= new Ending(CloseReason.Shutdown, null);
            ReleaseSocket(abort: false);
            OnStopped(_ending.Reason);
        }

        base.PostStop();
    }

    // A connection that is not open yet, or no more, has nothing to say but zeros.
    private void TellStats() => Sender.Tell(new ConnectionStats(
        _bridge?.BytesReceived ?? 0, _bridge?.BytesSent ?? 0, _state == ConnectionState.Closed ? 0 : _bridge?.Output.Length ?? 0, InFlight));

    private void Open(Adopt adopt)
    {
        _bridge = new ConnectionBridge(Poller.Loop, adopt.Channel, Self, Settings.OutputBudget?.Open(Self)) { Traffic = Poller.Traffic };
        Connection = new ConnectionRef(Self, adopt.Channel.RemoteAddress, adopt.LocalAddress);
        _state = ConnectionState.Open;
        OnOpened();
        Bridge.Open();
        Context.System.EventStream.Publish(new ConnectionOpened(Connection));
    }
}
