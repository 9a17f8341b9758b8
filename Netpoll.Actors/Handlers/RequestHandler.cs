using System.Diagnostics;
using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// The actor to derive from for request and response: each frame that a connection receives is one request. Runs on the bounded dispatcher,
/// where it may compute and block; with <see cref="HandlerScheduling.Serial"/> on its connection's event loop, where it must not block.
/// </summary>
/// <remarks>
/// An exception in it is supervision's business: unless a strategy says otherwise, the handler of a connection is stopped and the connection
/// closed with <see cref="CloseReason.HandlerFaulted"/>, and a shared handler is restarted. A restarted handler is told of its connections
/// anew, before their next requests; the one that it replaces does not hear of an end.
/// </remarks>
public abstract class RequestHandler : UntypedActor
{
    // A handler of its own has one connection, a shared one as many as come: only those that are told to it are in the set.
    private ConnectionRef? _ownConnection;
    private HashSet<ConnectionRef>? _sharedConnections;
    private ConnectionRef? _connecting;
    private Exception? _failure;

    /// <summary>Deals with a request. Its payload is released when this returns, unless taken; the answer may come later.</summary>
    protected abstract void OnRequest(Request request);

    /// <summary>
    /// A connection is open; its requests follow. What has to be awaited before the first one goes into <see cref="Handshake"/>. Does nothing
    /// unless overridden.
    /// </summary>
    protected virtual void OnConnected(ConnectionRef connection)
    {
    }

    /// <summary>A connection has ended: called exactly once for each, after its last request. Does nothing unless overridden.</summary>
    protected virtual void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error)
    {
    }

    /// <summary>
    /// The peer takes too little of what it is sent (false, from the high-water mark of unsent bytes on), or takes it again (true, from the
    /// low one down). For handlers that send without being asked. Does nothing unless overridden.
    /// </summary>
    protected virtual void OnWritabilityChanged(ConnectionRef connection, bool isWritable)
    {
    }

    /// <summary>Any other message: from a colleague, a timer, a database. Unhandled unless overridden.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>
    /// For <see cref="OnConnected"/>, as its last statement: the handler takes no request, nor any other message, before the task has
    /// completed. What it throws is the handler's failure. The listener's handshake time-out bounds it.
    /// </summary>
    /// <param name="handshake">Runs in the actor: what follows an await too.</param>
    /// <exception cref="InvalidOperationException">Called elsewhere, or for the second time.</exception>
    protected void Handshake(Func<Task> handshake)
    {
        ArgumentNullException.ThrowIfNull(handshake);
        ConnectionRef connection = _connecting ?? throw new InvalidOperationException("A handshake belongs into OnConnected, and there is one.");
        _connecting = null;
        RunTask(() => ShakeHandsAsync(connection, handshake));
    }

    /// <summary>A connection's handshake has ended: its requests follow.</summary>
    private protected virtual void Begin(ConnectionRef connection)
    {
    }

    /// <summary>Takes a message between the library's own classes.</summary>
    /// <returns>False if it is none.</returns>
    private protected virtual bool TakeOwn(object message) => false;

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        // An earlier one was forgiven by supervision.
        _failure = null;
        HandlerSlot? slot = HandlerSlot.Current;
        slot?.Enter(Self, message is RequestCell ? typeof(Request) : message.GetType());
        try
        {
            DealWith(message);
        }
        catch (Exception failure)
        {
            // For PostStop, if supervision decides to stop: what ends its connection is then this.
            _failure = failure;
            throw;
        }
        finally
        {
            slot?.Leave();
        }
    }

    /// <summary>Leaves the connections to the handler that takes this one's place.</summary>
    protected override void PreRestart(Exception reason, object? message)
    {
        HandlerHandover.Leave(Self, GiveUpConnections());
        base.PreRestart(reason, message);
    }

    /// <summary>Takes over the connections of the handler that failed: each is connected anew.</summary>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        IReadOnlyCollection<ConnectionRef> connections = HandlerHandover.Take(Self);
        foreach (ConnectionRef connection in connections)
        {
            Adopt(connection);
        }

        foreach (ConnectionRef connection in connections)
        {
            Connect(connection);
        }
    }

    /// <summary>Tells a handler that stops before its connections have ended, as when it fails or the system shuts down, that they have ended.</summary>
    protected override void PostStop()
    {
        foreach (ConnectionRef connection in GiveUpConnections())
        {
            Ending ending = connection.Settle(_failure is null ? CloseReason.Shutdown : CloseReason.HandlerFaulted, _failure);
            OnDisconnected(connection, ending.Reason, ending.Error);
        }

        base.PostStop();
    }

    private void DealWith(object message)
    {
        switch (message)
        {
            case RequestCell cell:
                Handle(cell);
                break;
            case Connected connected:
                Adopt(connected.Connection);
                Connect(connected.Connection);
                break;
            case Disconnected disconnected:
                Forget(disconnected.Connection);
                TakeOwn(disconnected);
                OnDisconnected(disconnected.Connection, disconnected.Reason, disconnected.Error);
                break;
            case WritabilityChanged changed:
                OnWritabilityChanged(changed.Connection, changed.IsWritable);
                break;
            default:
                if (!TakeOwn(message))
                {
                    OnMessage(message);
                }

                break;
        }
    }

    private void Handle(RequestCell cell)
    {
        bool isTraced = cell.EnterHandler(out Activity? outer);
        try
        {
            OnRequest(new Request(cell));
        }
        catch (Exception failure)
        {
            cell.FailIfOpen(failure);
            throw;
        }
        finally
        {
            if (isTraced)
            {
                RequestTrace.Leave(outer);
            }

            cell.ReleaseHandlerSide();
        }
    }

    private void Connect(ConnectionRef connection)
    {
        _connecting = connection;
        try
        {
            OnConnected(connection);
            if (_connecting is not null)
            {
                TellConnected(connection);
            }
        }
        finally
        {
            _connecting = null;
        }
    }

    private async Task ShakeHandsAsync(ConnectionRef connection, Func<Task> handshake)
    {
        try
        {
            // In the actor's context, in which the rest has to run too.
            await handshake().ConfigureAwait(true);
        }
        catch (Exception failure)
        {
            _failure = failure;
            throw;
        }

        TellConnected(connection);
    }

    private void TellConnected(ConnectionRef connection)
    {
        if (connection.AwaitsHandshake)
        {
            connection.Actor.Tell(HandshakeDone.Instance, ActorRefs.NoSender);
        }

        Begin(connection);
    }

    private void Adopt(ConnectionRef connection)
    {
        if (connection.Actor.Equals(Context.Parent))
        {
            _ownConnection = connection;
        }
        else
        {
            (_sharedConnections ??= []).Add(connection);
        }
    }

    private void Forget(ConnectionRef connection)
    {
        if (connection == _ownConnection)
        {
            _ownConnection = null;
        }
        else
        {
            _sharedConnections?.Remove(connection);
        }
    }

    private IReadOnlyCollection<ConnectionRef> GiveUpConnections()
    {
        IReadOnlyCollection<ConnectionRef> all = _ownConnection is { } own ? [own] : _sharedConnections ?? [];
        (_ownConnection, _sharedConnections) = (null, null);
        return all;
    }
}
