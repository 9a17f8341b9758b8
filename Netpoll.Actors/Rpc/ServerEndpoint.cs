using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>One of the servers that a client calls.</summary>
internal sealed class ServerEndpoint(int index, NetAddress address, CircuitPolicy? circuit)
{
    /// <summary>From 0.</summary>
    public int Index { get; } = index;

    public NetAddress Address { get; } = address;

    /// <summary>Whether it may be called. Any thread.</summary>
    public Circuit Circuit { get; } = new(circuit);

    /// <summary>Connections that are open. The client's.</summary>
    public int Open { get; set; }

    /// <summary>Attempts to connect that are under way, and connections that are not open yet. The client's.</summary>
    public int Dialling { get; set; }

    /// <summary>Failures in a row: attempts to connect, and connections that were of no use. The client's.</summary>
    public int Failures { get; set; }

    /// <summary>Whether the last thing heard of it was a failure: then one attempt at a time shows if it is back. The client's.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Whether a wait must pass before the next attempt. The client's.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Connections, and attempts at one. The client's.</summary>
    public int Total => Open + Dialling;
}
