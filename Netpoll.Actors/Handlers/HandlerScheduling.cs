namespace Netpoll.Actors.Handlers;

/// <summary>On which threads handlers run.</summary>
public enum HandlerScheduling
{
    /// <summary>On the bounded dispatcher: fixed threads apart from the event loops. Handlers may block. The default.</summary>
    Bounded,

    /// <summary>
    /// On the event loop of the connection (netpoll's "serial scheduling", for pure computing): no change of thread, the fastest for
    /// short work. A handler that blocks or computes for long holds up every connection of its loop.
    /// </summary>
    Serial,
}
