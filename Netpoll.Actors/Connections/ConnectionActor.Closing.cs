using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Connections;

/// <summary>How a connection ends: with one reason, the first; and exactly once.</summary>
internal abstract partial class ConnectionActor
{
    private Ending? _ending;
    private LingerTimer? _lingerTimer;
    private bool _forgetsInFlight;

    private sealed record Ending(CloseReason Reason, Exception? Error);

    /// <summary>Stops reading, lets what is in flight be answered and sent, then closes.</summary>
    protected void BeginDrain(CloseReason reason, Exception? error)
    {
        if (_state != ConnectionState.Open)
        {
            return;
        }

        End(reason, error);
        _state = ConnectionState.Draining;
        Connection.MarkInactive();
        _input.Clear();
        Bridge.SetReading(false);
        CloseIfDrained();
    }

    /// <summary>Closes after what was written has left, without waiting for what is in flight.</summary>
    protected void BeginClose(CloseReason reason, Exception? error = null)
    {
        if (_state == ConnectionState.Waiting)
        {
            Context.Stop(Self);
            return;
        }

        _forgetsInFlight = true;
        BeginDrain(reason, error);
        if (_state == ConnectionState.Draining)
        {
            CloseIfDrained();
        }
    }

    private void CloseIfDrained()
    {
        if (InFlight > 0 && CanFinishInFlight && !_forgetsInFlight)
        {
            return;
        }

        if (Bridge.Output.Length == 0)
        {
            CloseNow();
            return;
        }

        // Each time: another answer may have come between the last bytes' leaving and the word of it.
        Bridge.TellWhenOutputIsDownTo(0);
        if (_lingerTimer is null)
        {
            _lingerTimer = new LingerTimer(Self);
            Poller.Loop.Schedule(_lingerTimer, Settings.LingerTimeout);
        }
    }

    private void AbortNow()
    {
        if (_state is ConnectionState.Open or ConnectionState.Draining)
        {
            End(CloseReason.LocalAbort, null);
            CloseNow(abort: true);
        }
        else if (_state == ConnectionState.Waiting)
        {
            Context.Stop(Self);
        }
    }

    // Both directions are dead. While reading is only paused, what has come is still to be read, and the read tells of the end.
    private void OnHungUp()
    {
        if (_state == ConnectionState.Draining)
        {
            CloseNow();
        }
    }

    private void End(CloseReason reason, Exception? error) => _ending ??= new Ending(reason, error);

    private void CloseNow(Exception? error = null, bool abort = false)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        if (error is not null && _ending is { Error: null } ending)
        {
            _ending = ending with { Error = error };
        }

        ReleaseSocket(abort);
        OnClosed(_ending!.Reason, _ending.Error);
    }

    private void ReleaseSocket(bool abort)
    {
        _state = ConnectionState.Closed;
        if (_lingerTimer is not null)
        {
            Poller.Loop.Cancel(_lingerTimer);
        }

        Connection.MarkInactive();
        Bridge.Dispose(abort);
        _input.Dispose();
        Poller.Traffic.CountClosed(_ending!.Reason);
        Context.System.EventStream.Publish(new ConnectionClosed(Connection, _ending!.Reason, _ending.Error));
    }

    private sealed class LingerTimer(IActorRef connection) : LoopTimer
    {
        protected override void OnDue() => connection.Tell(LingerExpired.Instance, ActorRefs.NoSender);
    }
}
