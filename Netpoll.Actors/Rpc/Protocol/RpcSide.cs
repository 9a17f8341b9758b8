namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>An end of an RPC connection.</summary>
public enum RpcSide
{
    /// <summary>The end that calls: it receives answers.</summary>
    Client,

    /// <summary>The end that answers: it receives calls and cancellations.</summary>
    Server,
}
