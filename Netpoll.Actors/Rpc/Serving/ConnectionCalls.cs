using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>The calls of one connection that run and can be cancelled. Kept with the connection, because a router gives its messages to handlers in turn. Any thread.</summary>
internal sealed class ConnectionCalls
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, RpcCall> _running = [];
    private bool _isEnded;

    /// <summary>Those of a connection.</summary>
    public static ConnectionCalls Of(ConnectionRef connection) =>
        (ConnectionCalls)(connection.ProtocolState ?? connection.SetProtocolStateOnce(new ConnectionCalls()));

    /// <summary>A call runs on after its method has returned. If the connection has ended already, it is cancelled at once.</summary>
    public void Add(RpcCall call)
    {
        lock (_lock)
        {
            if (!_isEnded)
            {
                // An id that is in use already is the caller's mistake: its second call just cannot be cancelled.
                _running.TryAdd(call.Id, call);
                return;
            }
        }

        call.Cancel();
    }

    /// <summary>A call has ended.</summary>
    public void Remove(RpcCall call)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(call.Id, out RpcCall? running) && running == call)
            {
                _running.Remove(call.Id);
            }
        }
    }

    /// <summary>The caller no longer wants an answer. Does nothing when the call has ended, or was never there.</summary>
    public void Cancel(ulong id) => Find(id)?.Cancel();

    /// <summary>The caller takes so much of a stream. Does nothing when the call has ended.</summary>
    public void Grant(ulong id, ulong total) => Find(id)?.Credit?.Grant(total);

    /// <summary>The connection has ended: nobody waits for any answer.</summary>
    public void End()
    {
        RpcCall[] calls;
        lock (_lock)
        {
            _isEnded = true;
            calls = [.. _running.Values];
            _running.Clear();
        }

        foreach (RpcCall call in calls)
        {
            call.Cancel();
        }
    }

    private RpcCall? Find(ulong id)
    {
        lock (_lock)
        {
            return _running.GetValueOrDefault(id);
        }
    }
}
