using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Listeners;

/// <summary>Connections just accepted, on their way from the loop to the listener.</summary>
internal sealed record Accepted(IReadOnlyList<StreamChannel> Channels)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    public void Release()
    {
        foreach (StreamChannel channel in Channels)
        {
            channel.Close();
        }
    }
}

/// <summary>Nothing can be accepted for now: the process or the machine is out of something. Told once an episode.</summary>
internal sealed record AcceptSuspended(string Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Accepting works again after <see cref="AcceptSuspended"/>.</summary>
internal sealed class AcceptRecovered : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static AcceptRecovered Instance { get; } = new();
}

/// <summary>
/// What the loop calls of a listener: takes waiting connections a batch at a time, and rests until the listener has dealt with it, so that
/// a flood waits in the kernel's bounded queue. When descriptors or memory run out it backs off instead of spinning on a socket that
/// stays readable. Loop thread only.
/// </summary>
internal sealed class AcceptBridge(EventLoop loop, ListenChannel channel, IActorRef listener) : LoopTimer, IAcceptReceiver
{
    /// <summary>Connections taken before the listener's turn (arbitrary: enough to make the two changes of thread cheap).</summary>
    private const int MaxBatch = 64;

    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause, as netpoll's (its delays end at 1000 ms).</summary>
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromSeconds(1);

    private TimeSpan _backOff = s_firstBackOff;
    private bool _isSuspended;

    public void Open() => loop.Add(channel, this);

    /// <summary>The listener has dealt with a batch: take the next.</summary>
    public void Continue() => SetAccepting(true);

    /// <summary>Stops accepting and frees the address.</summary>
    public void Close()
    {
        loop.Cancel(this);
        channel.Close();
    }

    public void OnAcceptable()
    {
        List<StreamChannel> batch = [];
        while (batch.Count < MaxBatch)
        {
            AcceptResult accepted = channel.Accept();
            if (accepted.Socket is not null)
            {
                batch.Add(new StreamChannel(accepted.Socket, accepted.RemoteAddress!));
            }
            else if (!accepted.IsLostConnection)
            {
                if (!accepted.WouldBlock)
                {
                    BackOff(accepted);
                }

                break;
            }
        }

        if (batch.Count > 0)
        {
            Recover();
            SetAccepting(false);
            listener.Tell(new Accepted(batch), ActorRefs.NoSender);
        }
    }

    protected override void OnDue() => SetAccepting(true);

    private void BackOff(AcceptResult failed)
    {
        if (!_isSuspended)
        {
            _isSuspended = true;
            listener.Tell(new AcceptSuspended(failed.Describe()), ActorRefs.NoSender);
        }

        SetAccepting(false);
        loop.Schedule(this, _backOff);
        _backOff = _backOff * 2 < s_longestBackOff ? _backOff * 2 : s_longestBackOff;
    }

    private void Recover()
    {
        if (_isSuspended)
        {
            _isSuspended = false;
            _backOff = s_firstBackOff;
            listener.Tell(AcceptRecovered.Instance, ActorRefs.NoSender);
        }
    }

    private void SetAccepting(bool accepts)
    {
        if (channel.IsOpen && !(accepts && IsScheduled))
        {
            channel.SetInterest(accepts ? PollInterest.Read : PollInterest.None);
        }
    }
}
