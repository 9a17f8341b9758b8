using System.ComponentModel;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>A connection that was let in, and the index of the loop that it is to live on.</summary>
internal readonly record struct Admitted(StreamChannel Channel, int Loop);

/// <summary>Connections just accepted, on their way from the loop to the listener.</summary>
internal sealed record Accepted(AcceptBridge From, IReadOnlyList<Admitted> Connections)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    public void Release()
    {
        foreach (Admitted connection in Connections)
        {
            connection.Channel.Close();
        }
    }
}

/// <summary>A socket's loop hears of its connections from here on; or cannot, for the reason given.</summary>
internal sealed record AcceptOpened(Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Nothing can be accepted for now: the process or the machine is out of something. Told once an episode.</summary>
internal sealed record AcceptSuspended(string Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Accepting works again after <see cref="AcceptSuspended"/>.</summary>
internal sealed class AcceptRecovered : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static AcceptRecovered Instance { get; } = new();
}

/// <summary>
/// What the loop calls of a listening socket: takes waiting connections a batch at a time, and rests until the listener has dealt with it, so that
/// a flood waits in the kernel's bounded queue. When descriptors or memory run out it backs off instead of spinning on a socket that
/// stays readable. No connection has one of the process' last descriptors, so that the rest of it can go on. Loop thread only.
/// </summary>
/// <param name="poller">The poller whose loop hears of the connections.</param>
/// <param name="channel">The listening socket; owned.</param>
/// <param name="admission">Who is let in.</param>
/// <param name="keepsConnections">Whether the connections stay on this loop.</param>
/// <param name="listener">Gets the connections.</param>
/// <param name="events">Where refusals are published.</param>
/// <param name="accept">Takes one connection from the socket; null for the channel's own way.</param>
internal sealed class AcceptBridge(
    PollerRef poller,
    ListenChannel channel,
    Admission admission,
    bool keepsConnections,
    IActorRef listener,
    EventStream events,
    Func<AcceptResult>? accept = null) : LoopTimer, IAcceptReceiver
{
    /// <summary>Connections taken before the listener's turn (arbitrary: enough to make the two changes of thread cheap).</summary>
    private const int MaxBatch = 64;

    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause, as netpoll's (its delays end at 1000 ms).</summary>
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromSeconds(1);

    private readonly Func<AcceptResult> _accept = accept ?? channel.Accept;
    private TimeSpan _backOff = s_firstBackOff;
    private bool _isSuspended;
    private bool _isListenerBusy;

    /// <summary>The poller whose loop this is called on.</summary>
    public PollerRef Poller { get; } = poller;

    /// <summary>The listening socket. Only its address is for any thread.</summary>
    public ListenChannel Channel { get; } = channel;

    /// <summary>Begins to accept, and tells the listener so.</summary>
    public void Open()
    {
        Exception? failure = null;
        try
        {
            Poller.Loop.Add(Channel, this);
        }
        catch (Exception refused) when (refused is Win32Exception or InvalidOperationException)
        {
            failure = refused;
        }

        listener.Tell(new AcceptOpened(failure), ActorRefs.NoSender);
    }

    /// <summary>The listener has dealt with a batch: take the next.</summary>
    public void Continue()
    {
        _isListenerBusy = false;
        UpdateInterest();
    }

    /// <summary>Stops accepting and frees the address.</summary>
    public void Close()
    {
        // A loop that has ended has closed its channels, and its timers never come due.
        if (Poller.Loop.IsOnLoop)
        {
            Poller.Loop.Cancel(this);
        }

        Channel.Close();
    }

    public void OnAcceptable()
    {
        List<Admitted> batch = [];

        // Tries are counted, not connections: peers that are gone before they are taken, or are turned away, keep the loop no longer than others.
        for (int i = 0; i < MaxBatch; i++)
        {
            AcceptResult accepted = _accept();
            if (accepted is { Socket: not null, IsExhausted: true })
            {
                // The next try says whether one of the others has come free since.
                admission.CountRefused(RefusalCause.Descriptors);
                Refuse(new StreamChannel(accepted.Socket, accepted.RemoteAddress!), RefusalCause.Descriptors);
            }
            else if (accepted.Socket is not null)
            {
                Admit(accepted.Socket, accepted.RemoteAddress!, batch);
            }
            else if (accepted.WouldBlock)
            {
                Recover();
                break;
            }
            else if (!accepted.IsLostConnection)
            {
                BackOff(accepted.Describe());
                break;
            }
        }

        if (batch.Count > 0)
        {
            _isListenerBusy = true;
            UpdateInterest();
            listener.Tell(new Accepted(this, batch), ActorRefs.NoSender);
        }
    }

    // Asked although nobody may wait any more: then the episode is over.
    protected override void OnDue()
    {
        if (!_isListenerBusy)
        {
            OnAcceptable();
        }

        UpdateInterest();
    }

    private void Admit(SocketHandle socket, NetAddress remote, List<Admitted> batch)
    {
        RefusalCause? cause = admission.TryAdmit(remote, keepsConnections ? Poller.Index : null, out Admission.Place? place);
        StreamChannel connection = new(socket, remote) { Lease = place };
        if (cause is null)
        {
            batch.Add(new Admitted(connection, place!.Loop));
            return;
        }

        Refuse(connection, cause.Value);
    }

    private void Refuse(StreamChannel connection, RefusalCause cause)
    {
        // A reset leaves nothing behind in the kernel, where an orderly close would keep each of a flood for a minute.
        // Counted first: who hears of the reset may ask at once.
        Poller.Traffic.CountRefused(cause);
        connection.Abort();
        events.Publish(new ConnectionRefused(connection.RemoteAddress, Channel.LocalAddress, cause));
    }

    private void BackOff(string error)
    {
        if (!_isSuspended)
        {
            _isSuspended = true;
            listener.Tell(new AcceptSuspended(error), ActorRefs.NoSender);
        }

        Poller.Loop.Schedule(this, _backOff);
        _backOff = _backOff * 2 < s_longestBackOff ? _backOff * 2 : s_longestBackOff;
        UpdateInterest();
    }

    // Only an empty queue ends the episode: while somebody waits, the next descriptor that comes free is gone at once.
    private void Recover()
    {
        if (_isSuspended)
        {
            _isSuspended = false;
            _backOff = s_firstBackOff;
            listener.Tell(AcceptRecovered.Instance, ActorRefs.NoSender);
        }
    }

    private void UpdateInterest()
    {
        if (Channel.IsOpen)
        {
            Channel.SetInterest(_isListenerBusy || IsScheduled ? PollInterest.None : PollInterest.Read);
        }
    }
}
