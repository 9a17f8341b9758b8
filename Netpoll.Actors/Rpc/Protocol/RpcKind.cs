namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>What a message of the RPC protocol is: the second byte of its header. The numbers are the protocol's.</summary>
public enum RpcKind
{
    /// <summary>From a client: a call that is answered, by <see cref="Response"/>, by stream items and <see cref="StreamEnd"/>, or by <see cref="Error"/>.</summary>
    Request = 1,

    /// <summary>From a client: a call that is never answered. Its id is 0.</summary>
    OneWay = 2,

    /// <summary>From a client: it no longer wants the answer to the call with this id. The call still ends with one of the answers.</summary>
    Cancel = 3,

    /// <summary>From a server: the answer. Ends its call.</summary>
    Response = 4,

    /// <summary>From a server: one item of an answer that is a stream.</summary>
    StreamItem = 5,

    /// <summary>From a server: the stream has no more items. Ends its call.</summary>
    StreamEnd = 6,

    /// <summary>From a server: the call failed, with a status and a message. Ends its call.</summary>
    Error = 7,

    /// <summary>From a client: how many bytes the stream with this id may have sent by now, counted from its begin.</summary>
    Credit = 8,
}
