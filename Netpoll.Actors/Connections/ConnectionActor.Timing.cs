using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Connections;

/// <summary>What becomes of a connection whose time is over.</summary>
internal abstract partial class ConnectionActor
{
    private ConnectionClock Clock => Bridge.Clock ??= new ConnectionClock(Poller.Loop, Settings.Limits, Self);

    private void StartClock()
    {
        if (Settings.Limits.NeedClock)
        {
            Clock.Start(TimeLimit.Handshake);
            Clock.Start(TimeLimit.Idle);
            Clock.Start(TimeLimit.Lifetime);
        }
    }

    /// <summary>Moves a deadline, or takes it away.</summary>
    private void SetDeadline(TimeLimit limit, DateTimeOffset? due)
    {
        if (_state is ConnectionState.Prepared or ConnectionState.Closed)
        {
            return;
        }

        if (due is { } moment)
        {
            Clock.Start(limit, moment - TimeProvider.System.GetUtcNow());
        }
        else
        {
            Bridge.Clock?.Stop(limit);
        }
    }

    private void OnTimeUp()
    {
        while (_state != ConnectionState.Closed && Clock.TryTakeDue(out TimeLimit limit))
        {
            OnTimeUp(limit);
        }
    }

    private void OnTimeUp(TimeLimit limit)
    {
        switch (limit)
        {
            case TimeLimit.Handshake:
                BeginClose(CloseReason.HandshakeTimeout, TimeOut("The handler was not ready for requests", limit));
                break;
            case TimeLimit.Idle:
                OnIdle();
                break;
            case TimeLimit.Read:
                OnFrameLate();
                break;
            case TimeLimit.Write:
                EndUnsent(TimeOut("The peer took nothing of what was sent", limit));
                break;
            case TimeLimit.Lifetime:
                BeginDrain(CloseReason.LifetimeExpired);
                break;
            case TimeLimit.Drain:
                Connection.Explain(TimeOut("The requests in flight were not answered", limit));
                StopReading();
                _state = ConnectionState.Closing;
                CloseIfDrained();
                break;
            case TimeLimit.Linger:
                Connection.Explain(new TimeoutException($"The peer did not take the last bytes within {Settings.LingerTimeout}."));
                CloseNow(abort: true);
                break;
            case TimeLimit.ReadDeadline:
                EndInput(CloseReason.ReadTimeout, new TimeoutException("The deadline for reading has passed."));
                break;
            case TimeLimit.WriteDeadline when Bridge.Output.Length > 0:
                EndUnsent(new TimeoutException("The deadline for writing has passed, and the peer had not taken all that was sent."));
                break;
        }
    }

    private void EndUnsent(TimeoutException error)
    {
        Connection.End(CloseReason.WriteTimeout, null);
        Connection.Explain(error);
        CloseNow(abort: true);
    }

    private void OnIdle()
    {
        if (InFlight > 0 || Bridge.Output.Length > 0)
        {
            // Somebody is at work on it. The answer starts the time again.
            Clock.Start(TimeLimit.Idle);
        }
        else
        {
            EndInput(CloseReason.IdleTimeout, null);
        }
    }

    private void OnFrameLate()
    {
        if (!_isReading || _isAhead)
        {
            // Not the peer's fault: it is not read, or its frame waits for its turn.
            Clock.Start(TimeLimit.Read);
        }
        else
        {
            EndInput(CloseReason.ReadTimeout, TimeOut("The peer did not complete a frame", TimeLimit.Read));
        }
    }

    private TimeoutException TimeOut(string what, TimeLimit limit) =>
        new($"{what} within {TimeSpan.FromMilliseconds(Settings.Limits[limit])}.");
}
