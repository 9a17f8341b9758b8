using System.Diagnostics;
using Akka.Actor;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// The actor to derive from for request and response: each frame that a connection receives is one request. Runs on the bounded dispatcher,
/// where it may compute and block; with <see cref="HandlerScheduling.Serial"/> on its connection's event loop, where it must not block.
/// </summary>
/// <remarks>An exception in it is supervision's business: the failed request's connection is closed with <see cref="CloseReason.HandlerFaulted"/>.</remarks>
public abstract class RequestHandler : UntypedActor
{
    private ConnectionRef? _ownConnection;
    private Exception? _failure;

    /// <summary>Deals with a request. Its payload is released when this returns, unless taken; the answer may come later.</summary>
    protected abstract void OnRequest(Request request);

    /// <summary>A connection is open; its requests follow. Does nothing unless overridden.</summary>
    protected virtual void OnConnected(ConnectionRef connection)
    {
    }

    /// <summary>A connection has ended: called exactly once for each, after its last request. Does nothing unless overridden.</summary>
    protected virtual void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error)
    {
    }

    /// <summary>Any other message: from a colleague, a timer, a database. Unhandled unless overridden.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
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

    /// <summary>Tells a handler that stops before its connection has ended, as when it fails or the system shuts down, that it has ended.</summary>
    protected override void PostStop()
    {
        if (_ownConnection is { } connection)
        {
            _ownConnection = null;
            OnDisconnected(connection, _failure is null ? CloseReason.Shutdown : CloseReason.HandlerFaulted, _failure);
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
                if (connected.Connection.Actor.Equals(Context.Parent))
                {
                    _ownConnection = connected.Connection;
                }

                OnConnected(connected.Connection);
                break;
            case Disconnected disconnected:
                _ownConnection = null;
                OnDisconnected(disconnected.Connection, disconnected.Reason, disconnected.Error);
                break;
            default:
                OnMessage(message);
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
}
